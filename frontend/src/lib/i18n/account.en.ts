/** One's own account: where one is signed in, and the second step. In English. */
export const account = {
  account: {
    title: 'Your account',
    known: 'How you are known',
    assurance: {
      city: 'The city’s identity point vouches that you are one person.',
      roster: 'The office that runs this knows that you are one person: by a letter, a list or a code.',
      mail: 'By your e-mail address alone. Where a topic asks for more, sign in another way.',
    },
    join: 'Join with the city’s identity',
    join_text: 'From then on you are one person however you sign in, and can take part where the city’s identity is asked for. What you have begun stays yours.',
    join_sure: 'Is this account yours?',
    join_address: (address: string) => `Whoever reads the mail of ${address} signs in as you afterwards. Go on only if this address is yours. You sign in again elsewhere.`,
    join_here: 'Go on only if you signed in here yourself. You sign in again elsewhere.',
    join_go: 'It is mine, go to the city’s page',
    where: 'Where you are signed in',
    where_text: 'A sign-in ends after 3 days without use, and after 30 days in any case.',
    here: 'here',
    unknown: 'unknown device',
    since: (start: string, seen: string) => `since ${start}, last used ${seen}`,
    end: 'Sign out',
    end_there: (device: string, start: string) => `Sign out: ${device}, since ${start}`,
    ended: 'Signed out there',
    everywhere: 'Sign out everywhere',
    step: 'Second step',
    step_on: 'Signing in asks for a code of your app too. If you have lost the app and the recovery codes, ask the administrator.',
  },
};
