import { counter } from './plural';

const n = counter('ru');

const openAll = (x: number) => n(x, { one: 'Открыть # идею', few: 'Открыть все # идеи', many: 'Открыть все # идей', other: 'Открыть все # идеи' });

/** Work on the groups of similar ideas: filters, lists, menus. In Russian. */
export const board = {
  curation: {
    show: 'Что показано',
    groups: 'Группы',
    all_ideas: 'Все идеи',
    only: { unsorted: 'Ещё не разобраны', doubtful: 'Сомнительные', new: 'Новые', hidden: 'Скрытые', mine: 'Мои', repeats: 'Повторы' },
    lang: 'Язык',
    lang_any: 'Любой язык',
    lang_unknown: 'неизвестен',
    order: 'Порядок групп',
    orders: { made: 'Как появились', largest: 'Сначала большие', doubtful: 'Сначала сомнительные', new: 'Сначала с новыми идеями', name: 'По названию' },
    fold: 'Сворачивать повторы',
    found: (x: number) => n(x, { one: '# идея', few: '# идеи', many: '# идей', other: '# идеи' }),
    found_none: 'Таких идей нет.',
    keys: 'Стрелки ведут по списку, пробел выбирает, Shift со стрелкой выбирает несколько, Enter открывает меню, M переносит.',
    choose_all: (x: number) => n(x, { one: 'Выбрать # идею', few: 'Выбрать все #', many: 'Выбрать все #', other: 'Выбрать все #' }),
    chosen_most: (x: number) =>
      n(x, { one: 'Выбрана # идея – больше за один шаг нельзя', few: 'Выбраны первые # идеи – больше за один шаг нельзя', many: 'Выбраны первые # идей – больше за один шаг нельзя', other: 'Выбраны первые # идеи – больше за один шаг нельзя' }),
    doubtful: 'сомнительно',
    new: 'новая',
    repeats: (x: number) => n(x, { one: 'повторена # раз', few: 'повторена # раза', many: 'повторена # раз', other: 'повторена # раза' }),
    with_repeats: (x: number) => n(x, { one: '# повтор', few: '# повтора', many: '# повторов', other: '# повтора' }),
    new_ones: (x: number) => n(x, { one: '# новая', few: '# новые', many: '# новых', other: '# новой' }),
    sure: (share: string) => `точно на ${share}`,
    read_whole: 'Прочитать целиком',
    menu_idea: (text: string) => `Действия с идеей «${text}»`,
    move_to: 'Перенести в другую группу…',
    show_repeats: 'Показать её повторы',
    open: 'Открыть',
    open_all: openAll,
    open_of: (x: number, title: string) => `${openAll(x)}: «${title}»`,
    merge_with: 'Объединить с другой группой…',
    merge_with_label: 'С какой группой',
    merge_title: (title: string) => `Объединить «${title}» с другой группой`,
    move_title: (x: number) =>
      n(x, { one: 'Перенести # идею в другую группу', few: 'Перенести # идеи в другую группу', many: 'Перенести # идей в другую группу', other: 'Перенести # идеи в другую группу' }),
    choose_group: 'Выберите группу',
    group_missing: 'Выберите группу.',
    targets: 'Перенести в группу',
    targets_text: 'Перетащите идеи на группу или откройте её.',
    targets_find: 'Найти группу',
    idea: (id: number) => `Идея ${id}`,
    in_group: (title: string) => `В группе «${title}»`,
    author: (x: number) => `Участник ${x}`,
    earlier: 'Показать более ранние шаги',
  },
};
