import type { StoredConversation, StoredSide } from './stored-conversation.ts';
import { titleOf } from './stored-conversation.ts';
import type { AnswerTurn, UserTurn } from './turn.ts';

/** The few words that a transcript adds, in the reader's language. */
export interface TranscriptWords {
  you: string;
  system: string;
  untitled: string;
  image: (name: string) => string;
}

/** A conversation to read elsewhere: each question once, below it what each model answered. */
export function writeMarkdown(
  conversation: Omit<StoredConversation, 'revision'>,
  words: TranscriptWords,
): string {
  const { sides } = conversation;
  const parts = [`# ${oneLine(titleOf(sides) || words.untitled)}`];
  for (const system of new Set(sides.map((side) => side.system.trim()))) {
    if (system !== '') parts.push(`## ${words.system}`, system);
  }
  for (const { question, answers } of exchanges(sides)) {
    if (question) {
      parts.push(`## ${words.you}`);
      parts.push(...question.images.map((image) => `*${words.image(image.name)}*`));
      if (question.text !== '') parts.push(question.text);
    }
    for (const answer of answers) {
      parts.push(`### ${oneLine(answer.model)}`);
      parts.push(answer.text || answer.refusal || `*${answer.failure?.message || answer.state}*`);
    }
  }
  return `${parts.join('\n\n')}\n`;
}

interface Exchange {
  question: UserTurn | undefined;
  answers: AnswerTurn[];
}

/** Questions that were sent to both sides have the same id on both. */
function exchanges(sides: readonly StoredSide[]): Exchange[] {
  const found: Exchange[] = [];
  for (const { turns } of sides) {
    let current: Exchange | undefined;
    let place = 0;
    for (const turn of turns) {
      if (turn.role === 'assistant') {
        if (!current) {
          current = { question: undefined, answers: [] };
          found.splice(place, 0, current);
        }
        current.answers.push(turn);
        continue;
      }
      const known = found.findIndex(({ question }) => question?.id === turn.id);
      if (known >= 0) {
        current = found[known];
        place = known + 1;
      } else {
        current = { question: turn, answers: [] };
        found.splice(place, 0, current);
        place += 1;
      }
    }
  }
  return found;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
