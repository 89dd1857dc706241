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
