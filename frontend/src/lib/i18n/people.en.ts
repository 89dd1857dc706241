import { counter } from './plural';

const n = counter('en');

/** The page for whoever looks after the accounts of an installation. In English. */
export const people = {
  people: {
    title: 'People and sign-in',
    forbidden: 'This page is for administrators.',
    lead: 'Everyone who has a duty here. Duties are given on the server, on its command line.',
    staff: 'People with a duty',
    step_on: 'second step set up',
    step_off: 'no second step',
    sign_ins: (x: number) => n(x, { one: 'signed in at # place', other: 'signed in at # places' }),
    reset: 'Reset',
    reset_of: (name: string) => `Reset the sign-in of ${name}`,
    you: 'you',
    unnamed: 'somebody without a name',
    find: 'Somebody without a duty',
    find_text: 'Participants can lose their second step too. Find the account by the e-mail address that they sign in with. Make sure first that it is them: ask for something that only they can know.',
    address: 'E-mail address',
    find_it: 'Find',
    nobody: 'Nobody signs in with this address.',
    found: 'Signs in with this address',
    sure: (name: string) => `Reset the sign-in of ${name}?`,
    sure_text: 'Their second step is taken away and they are signed out everywhere at once. They set up another at the next sign-in. It is written down below with your name, and they are told by e-mail where they have an address.',
    done: 'Reset. They set up another at the next sign-in.',
    done_told: 'Reset. They are told by e-mail.',
    log: 'What was done with accounts',
    log_none: 'Nothing yet.',
    server: 'on the server',
    gone: 'somebody without a duty',
    did: {
      added: 'added',
      roles: 'duties changed',
      revoked: 'duties taken away and signed out',
      reset: 'second step taken away and signed out',
    },
  },
};
