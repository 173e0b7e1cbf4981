import BookOpen from '@lucide/svelte/icons/book-open';
import Keyboard from '@lucide/svelte/icons/keyboard';
import LogOut from '@lucide/svelte/icons/log-out';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Monitor from '@lucide/svelte/icons/monitor';
import Moon from '@lucide/svelte/icons/moon';
import Plus from '@lucide/svelte/icons/plus';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Sun from '@lucide/svelte/icons/sun';
import Languages from '@lucide/svelte/icons/languages';
import UserRound from '@lucide/svelte/icons/user-round';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import type { Component } from 'svelte';
import type { Dictionary } from '#lib/i18n/dictionary.ts';
import { localeNames, locales, type Locale } from '#lib/i18n/locale.ts';
import type { Theme } from '#lib/theme.ts';
import { pageShortcuts } from './page-shortcuts.ts';

export interface Command {
  id: string;
  label: string;
  icon: Component<{ size?: number | string }>;
  /** Words it is found by, beside its label: English ones too, whatever the language. */
  keywords: readonly string[];
  /** The keys that do the same. */
  keys?: string;
  /** Where it leads; else `run` does it. */
  href?: string;
  run?: () => void;
}

export interface CommandGroup {
  id: string;
  heading: string;
  commands: readonly Command[];
}

export interface CommandOptions {
  t: Dictionary;
  isAdmin: boolean;
  locale: Locale;
  models: readonly PlazaModel[];
  /** What is typed at this moment. */
  query: string;
  does: {
    setLocale(locale: Locale): void;
    setTheme(theme: Theme): void;
    showShortcuts(): void;
    signOut(): void;
  };
}

const REQUEST_ID = /^req_[0-9A-Za-z]{4,64}$/;

/** Everything the palette can do at this moment, by groups. */
export function commandGroups(options: CommandOptions): CommandGroup[] {
  const { t, models } = options;
  return [
    { id: 'calls', heading: t.quick.calls, commands: callCommands(options) },
    { id: 'pages', heading: t.quick.pages, commands: pageCommands(options) },
    { id: 'actions', heading: t.common.actions, commands: actionCommands(options) },
    {
      id: 'models',
      heading: t.quick.models,
      commands: models.map((model) => ({
        id: `model:${model.id}`,
        label: model.title,
        icon: MessageSquare,
        keywords: [model.provider?.name ?? '', 'playground', 'model'],
        href: `/playground?model=${encodeURIComponent(model.title)}`,
      })),
    },
  ].filter(({ commands }) => commands.length > 0);
}

/** The id of a call leads to the call. */
function callCommands({ t, query }: CommandOptions): Command[] {
  const id = query.trim();
  if (!REQUEST_ID.test(id)) return [];
  const href = `/logs?request_id=${encodeURIComponent(id)}`;
  return [{ id: 'call', label: t.quick.findCall(id), icon: ScrollText, keywords: [id], href }];
}

function pageCommands({ t, isAdmin }: CommandOptions): Command[] {
  const pages = pageShortcuts(isAdmin).map(({ letter, item }) => ({
    id: item.href,
    label: item.label(t),
    icon: item.icon,
    keywords: item.href.split('/').filter((word) => word !== ''),
    keys: `g ${letter}`,
    href: item.href,
  }));
  return [
    ...pages,
    {
      id: '/settings',
      label: t.settings.title,
      icon: UserRound,
      keywords: ['settings', 'profile', 'password'],
      href: '/settings',
    },
    {
      id: 'api',
      label: t.quick.apiDocumentation,
      icon: BookOpen,
      keywords: ['api', 'documentation', 'openapi'],
      href: '/api/documentation',
    },
  ];
}

function actionCommands({ t, isAdmin, locale, does }: CommandOptions): Command[] {
  const create = (id: string, label: string, href: string): Command => ({
    id,
    label,
    icon: Plus,
    keywords: ['new', 'create', 'add', ...id.split('-')],
    href,
  });
  const theme = (value: Theme, label: string, icon: Command['icon']): Command => ({
    id: `theme-${value}`,
    label: `${t.common.theme}: ${label}`,
    icon,
    keywords: ['theme', value],
    run: () => does.setTheme(value),
  });
  return [
    create('api-key', t.keys.create, '/keys?create=1'),
    create('local-model', t.quick.addLocalModel, '/models?tab=local&add=1'),
    ...(isAdmin
      ? [
          create('provider', t.providers.connect, '/admin/providers?connect=1'),
          create('cloud-model', t.providers.addModel, '/admin/providers?tab=models&model=new'),
          create('user', t.users.create, '/admin/users?create=1'),
          create('redeem code', t.redeemCodes.create, '/admin/redeem-codes?create=1'),
        ]
      : []),
    ...locales
      .filter((one) => one !== locale)
      .map((one) => ({
        id: `locale-${one}`,
        label: `${t.common.language}: ${localeNames[one]}`,
        icon: Languages,
        keywords: ['language', one, localeNames[one]],
        run: () => does.setLocale(one),
      })),
    theme('light', t.common.themeLight, Sun),
    theme('dark', t.common.themeDark, Moon),
    theme('system', t.common.themeSystem, Monitor),
    {
      id: 'shortcuts',
      label: t.quick.shortcuts,
      icon: Keyboard,
      keywords: ['keyboard', 'shortcuts', 'help'],
      keys: '?',
      run: does.showShortcuts,
    },
    {
      id: 'sign-out',
      label: t.common.signOut,
      icon: LogOut,
      keywords: ['sign', 'out', 'log', 'exit'],
      run: does.signOut,
    },
  ];
}

/** The groups and commands in which every word of the query is found. */
export function matching(groups: readonly CommandGroup[], query: string): CommandGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map((group) => ({
      ...group,
      commands: group.commands.filter(({ label, keywords }) => {
        const text = [label, ...keywords].join(' ').toLowerCase();
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ commands }) => commands.length > 0);
}
