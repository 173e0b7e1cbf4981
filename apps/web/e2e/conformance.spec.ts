import { startScriptedUpstream } from '@aigc/api/scripted-upstream';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessible.ts';
import { addModel, connectProvider } from './support/cloud.ts';
import { expect, test } from './support/test.ts';

test('an administrator asks a model what it can do, knowing what it costs; the plaza shows it and filters by it', async ({
  page,
  asAdmin,
}) => {
  const upstream = await startScriptedUpstream({
    decide: ({ bodyText }) =>
      bodyText.includes('get_weather')
        ? { fault: { kind: 'error', status: 400, message: 'no tools here' } }
        : { text: 'BANANA', usage: { promptTokens: 5, completionTokens: 2 }, pieces: ['BAN', 'ANA'] },
  });
  const { id: provider_id, word } = await connectProvider(asAdmin, upstream.baseUrl);
  await addModel(asAdmin, { provider_id, title: `${word}-chat` });
  await addModel(asAdmin, { provider_id, title: `${word}-other` });

  await page.goto(`/models?q=${word}`);
  await page.getByRole('link', { name: `${word}-chat` }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet).toContainText('Nobody has asked this model yet');
  await sheet.getByRole('button', { name: 'Ask the model' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('About 2,000 tokens in');
  await expect(question).toContainText('At this model’s prices about ¥0.0624');
  await expect(question).toContainText('No balance is charged');
  await question.getByRole('button', { name: 'Ask the model' }).click();

  const line = (name: string) => sheet.getByRole('listitem').filter({ hasText: name });
  await expect(line('System message')).toContainText('Yes');
  await expect(line('Tool calls')).toContainText('Does without');
  await expect(line('Tool calls')).toContainText('no tools here');
  await expect(sheet.getByRole('button', { name: 'Ask again' })).toBeVisible();
  await expectAccessible(page, 'what a model was seen to do');
  await page.keyboard.press('Escape');

  await expect(page.getByRole('article').filter({ hasText: `${word}-chat` })).toContainText('seen to work');
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('combobox', { name: 'Seen to work' }).selectOption('System message');
  await expect(page).toHaveURL(/seen=system_role/);
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Seen to work' }).selectOption('Tool calls');
  await expect(page.getByRole('article')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await page.setViewportSize({ width: 360, height: 640 });
  const [model] = (await asAdmin.models.list.query()).items.filter(({ title }) => title === `${word}-chat`);
  await page.goto(`/models?model=${model?.id}`);
  await expect(sheet).toContainText('Does without');
  await expectNoSidewaysScroll(page);
  await upstream.close();
});
