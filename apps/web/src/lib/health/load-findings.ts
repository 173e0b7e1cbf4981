import type { FindingCode, FindingTexts } from '@aigc/shared/findings/findings';
import type { HealthFinding } from '@aigc/shared/schemas/health';
import type { Locale } from '#lib/i18n/locale.ts';

/** The sentences of checks in a language: long, so they are fetched only where they are shown. */
export async function loadFindings(locale: Locale): Promise<FindingTexts> {
  if (locale === 'zh-CN') return (await import('./findings.zh-CN.ts')).findings;
  return (await import('@aigc/shared/findings/findings')).FINDINGS;
}

/** What a finding says, in the language of `texts`; as the server said it where it is newer than this page. */
export function describeFinding(
  { code, params, message, fix }: HealthFinding,
  texts: FindingTexts,
): { message: string; fix: string | null } {
  const text: FindingTexts[FindingCode] | undefined = texts[code as FindingCode];
  if (text === undefined) return { message, fix };
  // The parameters of a code are those that its text takes: the API's checks are typed by the same list.
  const { message: write, fix: writeFix } = text as {
    message: (p: unknown) => string;
    fix?: (p: unknown) => string;
  };
  return { message: write(params), fix: fix === null ? null : (writeFix?.(params) ?? fix) };
}
