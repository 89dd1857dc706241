import type { Catalogue } from './en';
import { counter } from './plural';

const n = counter('ru');

/** The search of everything that came of all topics, and its open data. In Russian. */
export const search: Pick<Catalogue, 'search'> = {
  search: {
    title: 'Искать везде',
    lead: 'Темы, идеи, предложения и ответы города: найдите нужное и посмотрите, что из этого вышло.',
    words: 'Слова для поиска',
    words_hint: 'В любой форме: «дерево» находит и «деревья».',
    kind: 'Что',
    kinds: { topic: 'Темы', idea: 'Идеи', proposal: 'Предложения', answer: 'Ответы города' },
    kind_of: { topic: 'Тема', idea: 'Идея', proposal: 'Предложение', answer: 'Ответ' },
    any: 'Все',
    kind_count: (kind, count) => `${kind} (${count})`,
    topic: 'Тема',
    district: 'Названный район',
    theme: 'Названное направление',
    status: 'Что вышло',
    statuses: { new: 'Ещё не в группе', grouped: 'Среди похожих идей', rated: 'Оценивалось', proposed: 'Передано, ответа нет', accepted: 'Принято', partly: 'Принято частично', no: 'Не принято' },
    from: 'С',
    to: 'По',
    more_filters: 'Ещё фильтры',
    clear: 'Очистить всё',
    total: (x) => n(x, { one: 'Найдено: #', few: 'Найдено: #', many: 'Найдено: #', other: 'Найдено: #' }),
    none: 'Ничего не найдено',
    none_text: 'Попробуйте другие слова или меньше фильтров.',
    one: 'Показано только это.',
    group: 'Показаны только идеи одной группы.',
    show_all: 'Показать всё',
    way: 'Что из этого вышло',
    in_group: (title) => `Похожие идеи: ${title}`,
    unnamed: 'группа идей',
    item: 'Оценивалось',
    ranked: (rank, share) => `Оценивалось: место ${rank}, за ${share}`,
    proposal: (title) => `Предложение: ${title}`,
    answer: (decision) => `Ответ города: ${decision.toLowerCase()}`,
    open_data: 'Открытые данные',
    open_lead: 'Всё, что находит этот поиск, — для программ и таблиц: без входа, без слежки, ничего о людях.',
    licence: 'Лицензия',
    description: 'Описание (OpenAPI 3.1)',
    address: 'Адрес',
    what: 'Что по нему',
  },
};
