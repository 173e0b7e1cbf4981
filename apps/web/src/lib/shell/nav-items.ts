import Activity from '@lucide/svelte/icons/activity';
import Boxes from '@lucide/svelte/icons/boxes';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import FileClock from '@lucide/svelte/icons/file-clock';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import KeyRound from '@lucide/svelte/icons/key-round';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import MessageSquare from '@lucide/svelte/icons/message-square';
import PlugZap from '@lucide/svelte/icons/plug-zap';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import Ticket from '@lucide/svelte/icons/ticket';
import Users from '@lucide/svelte/icons/users';
import Wallet from '@lucide/svelte/icons/wallet';
import type { Component } from 'svelte';
import type { Dictionary } from '#lib/i18n/dictionary.ts';

export interface NavItem {
  href: string;
  label: (t: Dictionary) => string;
  icon: Component<{ size?: number | string }>;
}

export interface NavGroup {
  heading?: (t: Dictionary) => string;
  adminOnly?: boolean;
  items: readonly NavItem[];
}

export const navGroups: readonly NavGroup[] = [
  {
    items: [
      { href: '/', label: (t) => t.overview.title, icon: LayoutDashboard },
      { href: '/models', label: (t) => t.plaza.title, icon: Boxes },
      { href: '/playground', label: (t) => t.playground.title, icon: MessageSquare },
    ],
  },
  {
    heading: (t) => t.common.navDevelop,
    items: [
      { href: '/keys', label: (t) => t.keys.title, icon: KeyRound },
      { href: '/logs', label: (t) => t.logs.title, icon: ScrollText },
      { href: '/stats', label: (t) => t.stats.title, icon: ChartColumn },
    ],
  },
  {
    heading: (t) => t.common.navBilling,
    items: [{ href: '/billing', label: (t) => t.common.navBalance, icon: Wallet }],
  },
  {
    heading: (t) => t.common.navAdministration,
    adminOnly: true,
    items: [
      { href: '/admin/providers', label: (t) => t.providers.title, icon: PlugZap },
      { href: '/admin/model-test', label: (t) => t.modelTest.title, icon: FlaskConical },
      { href: '/admin/users', label: (t) => t.users.title, icon: Users },
      { href: '/admin/redeem-codes', label: (t) => t.redeemCodes.title, icon: Ticket },
      { href: '/admin/settings', label: (t) => t.platformSettings.title, icon: Settings },
      { href: '/admin/health', label: (t) => t.common.navHealth, icon: Activity },
      { href: '/admin/audit', label: (t) => t.common.navAudit, icon: FileClock },
    ],
  },
];

/** Whether an item stands for the page at `pathname`: itself or one below it. */
export function isCurrent(item: NavItem, pathname: string): boolean {
  return item.href === '/'
    ? pathname === '/'
    : pathname === item.href || pathname.startsWith(`${item.href}/`);
}
