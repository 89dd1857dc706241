import { first } from './first.en';
import { debate } from './debate.en';
import { doubles } from './doubles.en';
import { board } from './board.en';
import { ideas } from './ideas.en';
import { identities } from './identities.en';
import { lottery } from './lottery.en';
import { moderation } from './moderation.en';
import { mydata } from './mydata.en';
import { installation } from './installation.en';
import { protection } from './protection.en';
import { paper } from './paper.en';
import { people } from './people.en';
import { plan } from './plan.en';
import { polls } from './polls.en';
import { proposals } from './proposals.en';
import { rating } from './rating.en';
import { room } from './room.en';
import { search } from './search.en';
import { signals } from './signals.en';
import { trust } from './trust.en';
import { verify } from './verify.en';

/** English, and the shape that every other language must have. */
export const en = {
  ...first,
  room,
  ...debate,
  ...moderation,
  ...mydata,
  ...installation,
  ...protection,
  ...paper,
  ...polls,
  ...proposals,
  ...rating,
  ...board,
  ...ideas,
  ...doubles,
  ...identities,
  ...search,
  ...signals,
  ...trust,
  ...verify,
  ...people,
  reasons_remark: {
    rude: 'Insults somebody',
    personal: 'Contains personal data',
    off_topic: 'Not about this question',
    other: 'Another reason…',
  },
  history: {
    title: 'History',
    lead: 'Every change of this topic, in order. Nothing can be taken out without it showing.',
    unseen: 'Applications, votes, reports of messages and reactions are kept but not listed, because their place in the order would show when somebody made them. That is why numbers are missing.',
    none: 'Nothing has happened yet',
    number: 'No.',
    time: 'Time',
    what: 'What',
    who: 'Who',
    more: 'Later entries',
    latest: 'Latest first is not possible here: a history is read forwards.',
  },
  ...plan,
  ...lottery,
  design: {
    title: 'Design',
    lead: 'The parts that every page is made of.',
  },
};

export type Catalogue = typeof en;
