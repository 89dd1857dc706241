import type { StaffRole } from '../staffing';

export type RunbookRole = StaffRole | 'planner' | 'all';
/** When something is due: days, hours or minutes around the beginning, or the end, of the debate. */
export type Moment = 'two_weeks' | 'week' | 'three_days' | 'eve' | 'morning' | 'hour' | 'quarter' | 'start' | 'during' | 'end' | 'evening' | 'next_day';

/** The runbook for the day of a debate, in English, and the shape that every other language must have. */
export const runbook = {
  title: 'Runbook for the day',
  lead: 'Who does what from two weeks before the debate to the day after, and what to do when something goes wrong. Print it: paper works in a power cut.',
  print: 'Print',
  contents: 'On this page',
  staff: {
    title: 'How many people you need',
    lead: 'Tables run themselves: the agenda, its clock and the queue of speakers do the work. People look after what a clock cannot see.',
    people: 'Participants',
    size: 'People at a table',
    wrong: 'Write a whole number',
    result: (people: string, size: string, tables: string) => `${people} participants at tables of ${size}: ${tables}`,
    no_tables: 'Without tables everybody talks in the main hall; the least numbers hold.',
    role: 'Role',
    need: 'How many',
    rule: 'How it is counted',
    duty: 'What they do',
    each: (each: string, least: string) => `1 for ${each} tables, at least ${least}`,
    hosts_rule: (base: string, each: string) => `${base}, and 1 more for each ${each} tables`,
    total: 'Together',
    spare: 'Add one person in ten as a reserve: somebody always falls ill.',
    roles: {
      all: 'Everybody',
      planner: 'Planner',
      facilitators: 'Facilitators',
      moderators: 'Moderators',
      technical: 'Technical staff',
      experts: 'Experts',
      hosts: 'Hosts of the main hall',
    },
    duties: {
      facilitators: 'Watch the page “All tables”, sorted by need, and enter the tables that need somebody.',
      moderators: 'Decide on reported messages, fold similar questions, later curate the ideas.',
      technical: 'Watch the server and its figures; help people who cannot get in.',
      experts: 'Answer the tables’ questions in the main hall and in writing.',
      hosts: 'Open and close the day, call on experts, read out what tables report.',
    } satisfies Record<StaffRole, string>,
  },
  rehearsal: {
    title: 'Rehearse on the real machine',
    text: 'On the server, with this topic’s own agenda, tables and limits, simulated people come in, raise hands, speak, lose their connection and come back. Nothing of the topic is changed. It ends with a list that says go or no-go, and what to do about each line that fails.',
    command: 'Command for the rehearsal',
    when: 'Do it a week before, again after every change of machine, and the day before.',
  },
  agenda: {
    title: 'The agenda of a table, minute by minute',
    lead: 'Every table moves to the next step by itself when the time is over.',
    from: 'From minute',
    step: 'Step',
    length: 'Length',
    minutes: (x: string) => `${x} min`,
    turns: 'in turns',
    open: 'no clock',
    none: 'This topic has no agenda yet: tables would talk without steps or a clock. A planner writes it under Planning.',
  },
  days: {
    title: 'Before, during and after',
    at: (moment: string) => `that is ${moment}`,
    no_date: 'The debate has no date yet. Set when it opens under Planning, and each line shows its own date and time.',
    done: 'Done',
    phases: [
      {
        when: 'two_weeks',
        title: '14 days before',
        tasks: [
          ['planner', 'Fix the date and the hours with the experts and the hosts. Write the agenda, the argument cards (as many for as against) and the briefing.'],
          ['planner', 'Ask the people on the list below, with one in ten as a reserve, and agree who replaces whom.'],
          ['technical', 'Prepare the machine: local SSD, 20 % of it free at least, a time service, backups every hour, limit of open files 65,536.'],
        ],
      },
      {
        when: 'week',
        title: '7 days before',
        tasks: [
          ['technical', 'Rehearse on the real machine. Mend every line that says no-go; decide on each that says look.'],
          ['planner', 'Fill declined seats from the reserves, seat the tables, and send everybody date, address and a sign-in link.'],
          ['facilitators', 'One hour of training on the demonstration: enter a table, pause, give time, move a person, join two tables, decide on a report.'],
          ['moderators', 'Agree what is removed and what stays, with ten examples. Write down who is called when somebody is in danger.'],
        ],
      },
      {
        when: 'three_days',
        title: '3 days before',
        tasks: [
          ['planner', 'Open the debate for looking around: people find their table, try a message, say hello.'],
          ['technical', 'Answer everybody who could not sign in. Restore a backup on another machine and start it once.'],
          ['experts', 'Read the briefing and the cards. Prepare short answers to the ten questions that are bound to come.'],
        ],
      },
      {
        when: 'eve',
        title: 'The day before',
        tasks: [
          ['technical', 'Rehearse again. From now on change nothing: no updates, no new settings.'],
          ['planner', 'Remind everybody by letter, e-mail or phone. Print this page and fill in the phone numbers.'],
          ['all', 'Meet for twenty minutes: who takes which tables, who decides what, how you reach each other if the server is down.'],
        ],
      },
      {
        when: 'morning',
        title: '3 hours before',
        tasks: [
          ['technical', 'Make a backup. Look at disk, memory and clock; start the metrics page on a screen that stays on.'],
          ['planner', 'Go through the agenda once more on a phone, signed in as a participant.'],
        ],
      },
      {
        when: 'hour',
        title: '1 hour before',
        tasks: [
          ['facilitators', 'Sign in, open “All tables”, take your part of the tables.'],
          ['moderators', 'Sign in, open the list of reports: it must be empty.'],
          ['hosts', 'Write the welcome into the main hall: what happens when, and where to get help.'],
        ],
      },
      {
        when: 'quarter',
        title: '15 minutes before',
        tasks: [
          ['technical', 'Watch people come in. Those who cannot get in: new sign-in link, then phone.'],
          ['facilitators', 'Greet the tables that are there. Nobody waits alone at a table: join those with fewer than three people.'],
        ],
      },
      {
        when: 'start',
        title: 'The beginning',
        tasks: [
          ['hosts', 'Welcome everybody in the main hall, in five sentences, and say what the city promised to do with the result.'],
          ['facilitators', 'Start the agenda at all tables at once.'],
          ['planner', 'After ten minutes: place latecomers at tables that lack people; give no-shows’ seats up for today.'],
        ],
      },
      {
        when: 'during',
        title: 'During the debate',
        tasks: [
          ['facilitators', 'Work down “All tables” from the top: first reports, then silence, then tables that stand still, then those where one person talks. Two minutes a table, then the next.'],
          ['moderators', 'Decide on each report within five minutes, with a reason that the person who wrote it can read.'],
          ['experts', 'Take the question at the top of the list, answer it in the main hall in three minutes; the rest in writing.'],
          ['technical', 'Every ten minutes: people connected, time until a message is kept, disk free. Write down what is odd.'],
          ['hosts', 'Once in each step say in the main hall where we are and what comes next.'],
        ],
      },
      {
        when: 'end',
        title: 'The end',
        tasks: [
          ['facilitators', 'Look for tables that have not reported to the main hall; give them five minutes more.'],
          ['hosts', 'Read out what tables reported, thank everybody, say when results come and that the room stays open.'],
        ],
      },
      {
        when: 'evening',
        title: 'The hour after',
        tasks: [
          ['technical', 'Make a backup and keep it elsewhere. Keep the metrics of the day.'],
          ['all', 'Talk for a quarter of an hour: what surprised us, what do we change. Write it down.'],
        ],
      },
      {
        when: 'next_day',
        title: 'The day after',
        tasks: [
          ['moderators', 'Decide on the reports that are left. Begin to group similar ideas.'],
          ['experts', 'Answer in writing the questions that were not reached.'],
          ['planner', 'Write to everybody: thanks, numbers, what happens next and when. Ask those who left early why.'],
        ],
      },
    ] as { when: Moment; title: string; tasks: [RunbookRole, string][] }[],
  },
  trouble: {
    title: 'What to do when…',
    lead: 'First the people, then the words, then the machine. Nobody is blamed on the day.',
    sign: 'You notice',
    now: 'At once',
    then: 'Afterwards',
    cases: [
      {
        title: 'The server restarts or falls over',
        who: 'technical',
        sign: 'Everybody sees “connecting again”; the figures stop.',
        now: ['Do nothing for 30 seconds: it starts by itself, and people come back by themselves. What was sent is kept, what was being typed stays in the browser.', 'If it does not come back: look at the service’s log, then at the disk (full?) and memory, and start it by hand.', 'After two minutes: the hosts send the message agreed on by e-mail or text: “a short break, we go on at …”.'],
        then: 'Give every table the lost minutes: “+5 min” for all on “All tables”.',
      },
      {
        title: 'Power or network is cut',
        who: 'technical',
        sign: 'The machine cannot be reached at all.',
        now: ['Call the data centre or the building. Set a limit: if it takes longer than 20 minutes, the day is broken off.', 'Inform everybody by e-mail or text from a phone, not through the server.', 'Do not start from a backup on another machine while the first may come back: two halves of a debate cannot be joined.'],
        then: 'Everything acknowledged before the cut is there. Fix a new date for the steps that are missing.',
      },
      {
        title: 'Everything is slow',
        who: 'technical',
        sign: 'Messages take seconds; the wait until a message is kept rises above one second.',
        now: ['Look which it is: processors, disk, or the network outwards.', 'Lower the messages a second in the main hall under Planning; it takes effect at once.', 'Stop backups, exports and anything else on that machine.'],
        then: 'Rehearse with the figures of the day before the next round.',
      },
      {
        title: 'Somebody floods a room',
        who: 'moderators',
        sign: 'The same words again and again; many reports at once.',
        now: ['The server slows the person down and cuts the line by itself. Remove the messages with a reason.', 'If several people do it together: pause the room, say why in one sentence, go on after two minutes.', 'If it does not end: the technical staff end that person’s sign-in (veche user revoke).'],
        then: 'Answer every report, also the repeated ones: each has a receipt.',
      },
      {
        title: 'A table falls silent',
        who: 'facilitators',
        sign: '“All tables” shows silence or that the step stands still.',
        now: ['Enter, say who you are, ask one easy question: “What was the last thing that annoyed you about this?”', 'Fewer than four people there? Join the table with another.', 'If they have finished: open the next step, or send them to the questions and the main hall.'],
        then: 'Note the table for its report: a quiet table often has the most considered one.',
      },
      {
        title: 'One person does all the talking',
        who: 'facilitators',
        sign: '“All tables” shows imbalance; others have not spoken.',
        now: ['Enter, thank the person by what was said, and invite those who have not spoken.', 'If the step has no turns, open one that has: the queue and the clock do the rest.', 'Second time: write to the person at the table, kindly and in one sentence.'],
        then: 'Nothing. Talking much is no offence.',
      },
      {
        title: 'Insults and hate',
        who: 'moderators',
        sign: 'A report with the reason insult or hate.',
        now: ['Decide within five minutes. What attacks a person is removed with a reason; a hard opinion stays.', 'A facilitator enters the table, says what the rule is and goes on with the topic.', 'The same person again: the technical staff end that person’s sign-in.'],
        then: 'Write to the person who was attacked the same evening.',
      },
      {
        title: 'A threat, or somebody in danger',
        who: 'moderators',
        sign: 'A report with the reason threat; words about violence, or about harming oneself.',
        now: ['Two people look at it at once. Do not remove it before it is kept: the message stays in the history and can be shown to the police.', 'Immediate danger: the registrar finds the person by the seat number, as agreed beforehand, and calls the emergency number.', 'Somebody who may harm themselves: a facilitator writes at once, kindly, with the number of the crisis line, and stays until there is an answer.'],
        then: 'Write down who decided what and when. Look after your own people, too.',
      },
      {
        title: 'Somebody’s personal data are in a message',
        who: 'moderators',
        sign: 'A report with the reason personal data; names, addresses, phone numbers, health.',
        now: ['Remove it at once, then have the text erased: the history keeps that something was erased, not what.', 'Write to the person who posted it that this was against the rule, and why.'],
        then: 'Tell the data protection officer on the same day.',
      },
      {
        title: 'Many do not come',
        who: 'planner',
        sign: 'After ten minutes more than one in eight is missing.',
        now: ['Join tables with fewer than five people, first those of the same language.', 'Call the reserves who agreed to be ready.', 'Begin anyway: those who came were on time.'],
        then: 'Compare who came with the quotas and say so in the results.',
      },
      {
        title: 'A facilitator drops out',
        who: 'facilitators',
        sign: 'Tables have nobody who looks after them.',
        now: ['The next on the list takes those tables as well: “All tables”, part of the tables.', 'Call the reserve. Up to 80 tables one person can bridge half an hour.'],
        then: 'Find out whether they are well.',
      },
      {
        title: 'The wrong step was opened',
        who: 'facilitators',
        sign: 'Tables talk about something else than planned.',
        now: ['Open the right step for the same tables: nothing that was said is lost.', 'Say one sentence in the main hall: “that was us, please go on with …”.'],
        then: 'Give back the time with “+5 min”.',
      },
      {
        title: 'An expert does not come, or errs',
        who: 'hosts',
        sign: 'Nobody answers; or somebody shows that an answer was wrong.',
        now: ['Go on with the next question; the open one is answered in writing within two days.', 'A wrong answer is corrected where it was given, at once and openly.'],
        then: 'Put the correction into the briefing.',
      },
      {
        title: 'The press calls',
        who: 'planner',
        sign: 'Somebody wants quotes, names or a look inside.',
        now: ['Everybody may read along in the main hall; tables are among themselves. Say so.', 'No names, no numbers of seats. Figures come from the page of results.', 'One person speaks to the press; all others pass the call on.'],
        then: 'Publish the same figures for everybody.',
      },
    ] as { title: string; who: RunbookRole; sign: string; now: string[]; then: string }[],
  },
  contacts: {
    title: 'Who to call',
    lead: 'Fill in by hand; nothing is stored here.',
    who: 'Role',
    name: 'Name',
    phone: 'Phone',
    extra: ['Data centre or building', 'Data protection officer', 'Crisis line', 'Emergency number'],
  },
};

export type Runbook = typeof runbook;
