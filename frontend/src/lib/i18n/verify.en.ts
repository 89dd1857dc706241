import { counter } from './plural';

const n = counter('en');
const entries = (x: number) => n(x, { one: '# entry', other: '# entries' });

/** The pages where anyone checks the history, and what may be relied on. In English. */
export const verify = {
  verify: {
    title: 'Check it yourself',
    lead: 'Everything that happens in a topic is an entry of its history, and the history is signed. Whoever keeps a receipt can check that their entry stands there, unchanged. The check is done here, in your browser: nothing you bring is sent anywhere.',
    lacks: {
      https: 'This address has no encryption (https), and without it a browser has no means to check signatures. Open the page by its encrypted address, or check with the program below.',
      ed25519: 'This browser is too old to check signatures of the kind used here (Ed25519). A current one can; so can the program below.',
    },
    bring: 'What you want to check',
    files: 'Files: receipts, a checkpoint you kept, keys, or a topic’s bundle',
    drop: 'You can also drop files anywhere on this page.',
    paste: 'Or paste a receipt or a checkpoint',
    keys: 'Keys that you got elsewhere',
    keys_hint: 'From the city’s own site, a newspaper, a witness; one a line. Without any, the page shows which key was used, and you compare.',
    keys_bad: 'A key looks like name+8 digits+letters, one a line.',
    check: 'Check',
    start_again: 'Start again',
    nothing: 'Choose a file or paste a receipt first.',
    unreadable: {
      cut: (name: string) => `${name}: it is cut off or damaged. Save it once more.`,
      unknown: (name: string) => `${name}: it is no receipt, checkpoint, key or bundle of Veche.`,
      inflate: (name: string) => `${name}: one of its files can’t be unpacked.`,
      proof: (name: string) => `${name}: the proof of a draw is used with the receipt of that draw. Alone it is checked with the program below.`,
    },
    pasted: 'What you pasted',
    reading: (done: string) => `Reading the bundle: ${done}`,
    kinds: {
      record: 'The history',
      bundle: 'The bundle',
      application: 'Receipt of an application',
      ballot: 'Receipt of a ballot',
      rating: 'Receipt of a rating',
      chance: 'Receipt of a draw',
      checkpoint: 'Checkpoint from before',
    },
    of_topic: (topic: string) => `of the topic “${topic}”`,
    verdict: { good: 'It holds.', open: 'What could be checked holds.', bad: 'It does not hold.' },
    came: { good: 'holds', bad: 'does not hold', open: 'can’t be told here' },
    found: {
      topic: { bad: (topic: string) => `This server has no signed history of a topic “${topic}”. The receipt may be of another installation.` },
      other: { bad: (has: string, bundle: string) => `What you brought is of the topic “${has}”, the bundle is of “${bundle}”.` },
      key: {
        good: (name: string) => `${name} signed it with a key that you gave.`,
        open: (name: string) => `${name} signed it. Compare the key below with one that you have from elsewhere: else whoever runs this server could have made it anew.`,
        bad: (name: string) => `It is signed with another key than the ones you gave, under the name ${name}. Rely on nothing here.`,
      },
      signed: {
        good: (size: number, name: string) => `The history of ${entries(size)} is signed by ${name}.`,
        bad: (topic: string) => `The signature of the history of “${topic}” is wrong.`,
      },
      witness: {
        good: (name: string, size: number, time: string) => `${name}, a witness, signed the first ${entries(size)} at ${time}; this history begins with them.`,
        open: (name: string, size: number, time: string) => `${name}, a witness, signed ${entries(size)} at ${time}; whether the history begins with them is not told here.`,
        bad: (name: string, size: number, time: string) => `${name}, a witness, signed ${entries(size)} at ${time}, and this history does not begin with them: something was changed or taken out.`,
      },
      cosigned: { bad: 'A checkpoint that is said to be signed by a witness is not of this history.' },
      unwitnessed: {
        open: (_name: string) => 'No witness has signed it. Keep the checkpoint below: with it you can tell later whether something was taken out.',
        bad: (name: string) => `${name}, whose key you gave, has signed nothing of this history. Ask the witness.`,
      },
      files: {
        good: (files: number) => `Each of its ${files} files is the one that was signed for.`,
        bad: (name: string) => `${name} was changed since the bundle was made.`,
      },
      manifest: { good: (name: string) => `${name} signed the list of its files.`, bad: (name: string) => `The list of its files is not the one that ${name} signed.` },
      log: {
        good: (shown: number, hidden: number) => `The root of the history was worked out anew and is the signed one: ${entries(shown)} are there, of ${hidden} others only hashes.`,
        bad: (_shown: number, _hidden: number) => 'The root of the history, worked out anew, is not the signed one: entries were changed, taken out or put in.',
      },
      computed: { open: 'Draw, similar ideas and ranking are not computed again here: the program below does that with the same file.' },
      begins: {
        good: (older: number, size: number) => `The history of ${entries(size)} begins with the ${older} of your checkpoint: nothing of them was changed or taken out.`,
        open: (older: number, _size: number) => `Your checkpoint ends after ${entries(older)}, among some that the bundle leaves out. Check it here without the bundle.`,
        bad: (older: number, size: number) => `The history of ${entries(size)} does not begin with the ${older} of your checkpoint: something was changed or taken out after it was signed. Keep the checkpoint and show it.`,
      },
      itself: {
        good: (_kind: string) => 'It agrees with itself.',
        bad: (_kind: string) => 'It contradicts itself or is not signed by this installation: it was changed, or is of another one.',
      },
      place: {
        good: (seq: number, size: number) => `Entry ${seq} of ${size} in the signed history is the one of this receipt.`,
        open: (seq: number, size: number) => `Entry ${seq} can’t be looked at here: ${seq > size ? `only ${size} are signed so far, try again later` : 'the bundle leaves it out, check the receipt without the bundle'}.`,
        bad: (seq: number, _size: number) => `Entry ${seq} of the signed history is another one: it was changed, or the receipt is not of this history.`,
      },
      counted: {
        good: (poll: number) => `The ballot is in the published list of poll ${poll}, as you cast it, so it was counted.`,
        open: (poll: number) => `Whether it was counted shows in the topic’s bundle, once poll ${poll} is closed and enough have voted: bring the bundle too.`,
        bad: (poll: number) => `The ballot is not in the published list of poll ${poll} as you cast it: it was changed later, or not counted.`,
      },
      rated: {
        good: (mine: number, _theirs: number) => `All ${mine} of your ratings stand in the published list as you gave them, and no others under your ballot.`,
        open: (_mine: number) => 'Ratings are published in the topic’s bundle with the results: bring the bundle too.',
        bad: (mine: number, theirs: number) => `Your receipt has ${mine} ratings, the published list has ${theirs} under your ballot, and they are not the same: you changed them later, or somebody else did.`,
      },
      pool: { good: (people: number) => `You were among the ${people} people that were fixed before the draw, with these answers.`, bad: (_people: number) => 'These answers are not among those that were fixed before the draw.' },
      chance: { good: 'Your chance is the one that the draw reckoned with.', bad: 'The chance is not the one that the draw reckoned with.' },
      draw: {
        good: (round: number) => `The published proof of draw ${round} has the same people and chances.`,
        open: (round: number) => `The proof of draw ${round} is not there to compare with.`,
        bad: (round: number) => `The published proof of draw ${round} has other people or chances.`,
      },
    },
    signer: 'Who signed',
    key: 'Key',
    entries: 'Entries',
    checkpoint: 'Checkpoint',
    keep: 'Save this checkpoint',
    keep_text: 'Keep it: whoever has it can tell later whether the history still begins in the same way.',
    way: 'Show the way to the root',
    way_text: 'Each line is worked out from the two below it. The last one at the top is what was signed; to change your entry, every line up to it would have to change.',
    way_own: 'your entry',
    way_root: 'the signed root',
    way_left: 'beside it, to the left',
    way_right: 'beside it, to the right',
    proves: 'What this proves, and what not',
    proves_yes: [
      'That your entry stands in the history that was signed, as it was when you got the receipt.',
      'That a history still begins as it did when a checkpoint was kept or a witness signed.',
      'That a bundle is whole and is what was signed, to the last byte.',
    ],
    proves_no: [
      'That the key is the city’s. Compare it with one from elsewhere.',
      'That others were shown the same history. Witnesses and people who compare checkpoints find that out.',
      'That this page is honest: it comes from the server that it checks. The program below can be got elsewhere.',
      'That results follow from the history. The program below computes them again.',
    ],
    also: 'On your own machine',
    also_text: 'The same with a program that anyone can build from its source, and more: draws, similar ideas and rankings are computed again.',
    check_record: 'Check that nothing in it was changed',
  },
};
