import type { Catalogue } from './en';
import { first } from './first.ru';
import { debate } from './debate.ru';
import { doubles } from './doubles.ru';
import { board } from './board.ru';
import { ideas } from './ideas.ru';
import { identities } from './identities.ru';
import { lottery } from './lottery.ru';
import { moderation } from './moderation.ru';
import { mydata } from './mydata.ru';
import { installation } from './installation.ru';
import { protection } from './protection.ru';
import { paper } from './paper.ru';
import { people } from './people.ru';
import { plan } from './plan.ru';
import { polls } from './polls.ru';
import { proposals } from './proposals.ru';
import { rating } from './rating.ru';
import { room } from './room.ru';
import { search } from './search.ru';
import { signals } from './signals.ru';
import { trust } from './trust.ru';
import { verify } from './verify.ru';

export const ru: Catalogue = {
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
    rude: 'Кого-то оскорбляет',
    personal: 'Есть личные данные',
    off_topic: 'Не об этом вопросе',
    other: 'Другая причина…',
  },
  history: {
    title: 'История',
    lead: 'Все изменения этой темы по порядку. Убрать что-либо незаметно нельзя.',
    unseen: 'Заявки, голоса, жалобы на реплики и отклики хранятся, но здесь не показаны: по их месту было бы видно, когда их сделали. Поэтому некоторых номеров нет.',
    none: 'Пока ничего не произошло',
    number: '№',
    time: 'Время',
    what: 'Что',
    who: 'Кто',
    more: 'Более поздние записи',
    latest: 'История читается с начала.',
  },
  ...plan,
  ...lottery,
  design: {
    title: 'Оформление',
    lead: 'Из чего сделаны все страницы.',
  },
};
