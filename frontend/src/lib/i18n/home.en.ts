/** The start page. In English. */
export const home = {
  home: {
    title: 'Public questions',
    lead: 'A city asks. People apply, a lottery picks participants who mirror the city, they debate, suggest and rate ideas, and everyone sees what came of it.',
    topics: 'Topics',
    none: 'No topic yet',
    none_text: 'When a planner publishes a question, it appears here.',
    new_topic: 'New topic',
    now: (stage: string) => `Now: ${stage}`,
    not_started: 'Draft: organisers alone see it',
    until: (date: string) => `until ${date}`,
    from: (date: string) => `from ${date}`,
    try_as: 'Look at it through somebody’s eyes',
    try_as_text: 'This is a demonstration: one click signs you in. Everybody in it is made up.',
    way: {
      title: 'How it goes',
      steps: {
        ask: { name: 'A question', text: 'The city asks one question and promises to answer what comes of it.' },
        apply: { name: 'Applications', text: 'Anyone may apply. It takes five minutes.' },
        draw: { name: 'A draw', text: 'A lottery that anyone can check picks people who mirror the city.' },
        talk: { name: 'Debate', text: 'They talk at small tables and in the main hall, and suggest ideas.' },
        group: { name: 'Similar ideas', text: 'What says the same is put together. No idea is lost.' },
        rate: { name: 'Rating', text: 'Everyone who takes part says what they are for and against.' },
        answer: { name: 'The answer', text: 'The city answers, and every author learns what became of the idea.' },
      },
    },
  },
};
