import { navGroups, type NavItem } from '#lib/shell/nav-items.ts';
import { PAGE_LETTERS } from './shortcuts.ts';

export interface PageShortcut {
  /** Follows `g`. */
  letter: string;
  item: NavItem;
}

/** The pages that a viewer can reach by two keys, in the order of the navigation. */
export function pageShortcuts(isAdmin: boolean): PageShortcut[] {
  const items = navGroups.filter((group) => isAdmin || !group.adminOnly).flatMap((group) => group.items);
  return items.flatMap((item) => {
    const letter = Object.keys(PAGE_LETTERS).find((one) => PAGE_LETTERS[one] === item.href);
    return letter === undefined ? [] : [{ letter, item }];
  });
}
