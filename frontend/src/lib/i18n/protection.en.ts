// The data-protection page and the note of a breach.
export const protection = {
  protection: {
    title: 'Data protection',
    lead: 'What personal data this installation holds, why, for how long and who sees it: the facts for an impact assessment, as the program, its settings and its data have them now.',
    take_text: 'Take it as text',
    take_json: 'Take it as JSON',
    forbidden: 'This page is for administrators, planners and auditors',
    breach: 'Something was exposed…',
    breach_title: 'Note of a breach',
    breach_lead: 'Say what somebody got hold of, and when. The note says who is concerned, what could be read, what may come of it and until when to tell the authority.',
    exposed: 'What was exposed?',
    kinds: { data: 'The database', keys: 'The keys', all: 'The database and the keys', backup: 'A backup', role: 'An account with a role' },
    kind_hints: {
      data: 'The data directory or the database, without the directory of keys',
      keys: 'The directory of keys alone',
      all: 'The whole machine, or both of them',
      backup: 'A backup, without the passphrase that opens its keys',
      role: 'Somebody signed in as staff who should not have',
    },
    role: 'Which role did it have?',
    noticed: 'When was it noticed?',
    noticed_hint: 'The 72 hours count from here',
    until: 'Until when was it open?',
    until_hint: 'Leave it empty if it still is',
    write: 'Write the note',
  },
};
