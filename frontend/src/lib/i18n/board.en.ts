import { counter } from './plural';

const n = counter('en');

const openAll = (x: number) => n(x, { one: 'Open # idea', other: 'Open all # ideas' });

/** Work on the groups of similar ideas: filters, lists, menus. In English. */
export const board = {
  curation: {
    show: 'What is shown',
    groups: 'Groups',
    all_ideas: 'All ideas',
    only: { unsorted: 'Not yet sorted', doubtful: 'Doubtful', new: 'New', hidden: 'Hidden', mine: 'Mine', repeats: 'Repeats' },
    lang: 'Language',
    lang_any: 'Any language',
    lang_unknown: 'not known',
    order: 'Order of the groups',
    orders: { made: 'As they were made', largest: 'Largest first', doubtful: 'Most doubtful first', new: 'Most new first', name: 'By name' },
    fold: 'Fold repeats',
    found: (x: number) => n(x, { one: '# idea', other: '# ideas' }),
    found_none: 'There are no such ideas.',
    keys: 'Arrow keys go along the list, Space selects, Shift with an arrow selects several, Enter opens the menu, M moves.',
    choose_all: (x: number) => n(x, { one: 'Select it', other: 'Select all #' }),
    chosen_most: (x: number) => n(x, { one: '# idea is selected, the most for one step', other: 'The first # ideas are selected, the most for one step' }),
    doubtful: 'doubtful',
    new: 'new',
    repeats: (x: number) => n(x, { one: 'repeated once', other: 'repeated # times' }),
    with_repeats: (x: number) => n(x, { one: '# repeat', other: '# repeats' }),
    new_ones: (x: number) => n(x, { one: '# new', other: '# new' }),
    sure: (share: string) => `${share} certain`,
    read_whole: 'Read it in whole',
    menu_idea: (text: string) => `Actions for the idea “${text}”`,
    move_to: 'Move to another group…',
    show_repeats: 'Show what repeats it',
    open: 'Open',
    open_all: openAll,
    open_of: (x: number, title: string) => `${openAll(x)}: “${title}”`,
    merge_with: 'Merge with another group…',
    merge_with_label: 'With which group',
    merge_title: (title: string) => `Merge “${title}” with another group`,
    move_title: (x: number) => n(x, { one: 'Move # idea to another group', other: 'Move # ideas to another group' }),
    choose_group: 'Choose a group',
    group_missing: 'Please choose a group.',
    targets: 'Move to a group',
    targets_text: 'Drag ideas onto a group, or open it.',
    targets_find: 'Find a group',
    idea: (id: number) => `Idea ${id}`,
    in_group: (title: string) => `In “${title}”`,
    author: (x: number) => `Participant ${x}`,
    earlier: 'Show earlier steps',
  },
};
