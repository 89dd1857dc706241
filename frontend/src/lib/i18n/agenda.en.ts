import type { Step } from '../api/schema';

type Steps = Step[];
const step = (kind: Step['kind'], minutes: number, title: string, prompt: string, turn_seconds = 0): Step => ({
  kind,
  title,
  prompt,
  minutes,
  turns: turn_seconds > 0,
  turn_seconds,
});

/** Agendas to start from, in English: of a table and of the main hall. */
export const agendas: { table: Record<'evening' | 'short' | 'round' | 'open', Steps>; hall: Record<'opening' | 'reports', Steps> } = {
  table: {
    evening: [
      step('opening', 12, 'Who are we?', 'In turn: who are you, and what brings you to this question? Two sentences are enough.', 60),
      step('discussion', 25, 'What matters to us', 'What do you see every day? Look at the arguments of both sides as well.'),
      step('questions', 10, 'What we want to know', 'Which facts are missing? Write questions to the experts.'),
      step('ideas', 25, 'What should be done', 'Say what should be done, where and why. Make an idea of every suggestion.'),
      step('report', 10, 'What we tell the hall', 'Agree on three sentences: what you agree on, where you differ, what you ask of the others.'),
      step('closing', 8, 'A last word', 'In turn: what do you take with you?', 45),
    ],
    short: [
      step('opening', 8, 'A first round', 'In turn: what matters most to you in this question?', 45),
      step('discussion', 17, 'Talk', 'What do you agree on, and where do you differ? Make an idea of every suggestion.'),
      step('report', 5, 'What we tell the hall', 'One or two sentences that the whole table can stand behind.'),
    ],
    round: [
      step('opening', 25, 'First round', 'In turn: what is your experience, and what follows from it?', 120),
      step('discussion', 25, 'Second round', 'In turn: what did you hear that changed or sharpened your view?', 120),
      step('ideas', 15, 'What should be done', 'Make an idea of every suggestion.'),
      step('report', 10, 'What we tell the hall', 'What do you agree on, where do you differ?'),
    ],
    open: [],
  },
  hall: {
    opening: [
      step('opening', 10, 'Welcome', 'What the question is, what the city promises, and how this meeting goes.'),
      step('discussion', 20, 'Both sides', 'Short speeches for and against, with their sources.'),
      step('questions', 20, 'Questions to the experts', 'The questions that most tables ask are answered first.'),
    ],
    reports: [
      step('report', 30, 'Reports of the tables', 'What the tables agree on, and where they differ.'),
      step('questions', 15, 'Questions to the experts', 'What is still open.'),
      step('closing', 10, 'What comes next', 'When the ideas are rated, and when the city answers.'),
    ],
  },
};
