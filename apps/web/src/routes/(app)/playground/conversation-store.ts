import { mapImages, titleOf, type StoredConversation } from './stored-conversation.ts';
import { newId } from './turn.ts';

/** A conversation in a list. */
export interface ConversationSummary {
  id: string;
  title: string;
  models: string[];
  updatedAt: string;
}

/** Another tab has stored the same conversation meanwhile. */
class StoredElsewhere extends Error {
  override readonly name = 'StoredElsewhere';
}

interface ConversationRecord {
  viewerId: string;
  id: string;
  conversation: StoredConversation;
}

interface ImageRecord {
  viewerId: string;
  conversationId: string;
  id: string;
  url: string;
}

const databaseName = 'aigc-playground';
const databaseVersion = 1;
/** Stands for an image that is stored by itself, so that storing words again does not write its megabytes again. */
const imagePrefix = 'stored:';

/** Conversations in this browser's IndexedDB, each viewer's apart. */
export class ConversationStore {
  readonly #database: IDBDatabase;
  readonly #viewerId: string;
  /** Which images are stored, by their data URL. */
  readonly #imageIds = new Map<string, string>();

  private constructor(database: IDBDatabase, viewerId: string) {
    this.#database = database;
    this.#viewerId = viewerId;
  }

  /** @throws where the browser keeps no data, e.g. in some private windows */
  static async open(viewerId: string): Promise<ConversationStore> {
    const request = indexedDB.open(databaseName, databaseVersion);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore('conversations', { keyPath: ['viewerId', 'id'] });
      request.result.createObjectStore('images', { keyPath: ['viewerId', 'conversationId', 'id'] });
    });
    const store = new ConversationStore(await result(request), viewerId);
    await store.#forgetOthers();
    return store;
  }

  /** Newest first. */
  async list(): Promise<ConversationSummary[]> {
    const records = await result<ConversationRecord[]>(this.#read('conversations').getAll(this.#range()));
    return records
      .map(({ id, conversation }) => ({
        id,
        title: titleOf(conversation.sides),
        models: conversation.sides.flatMap(({ model }) => (model === undefined ? [] : [model])),
        updatedAt: conversation.updatedAt,
      }))
      .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  }

  async load(id: string): Promise<StoredConversation | undefined> {
    const record = await result<ConversationRecord | undefined>(
      this.#read('conversations').get([this.#viewerId, id]),
    );
    if (!record) return undefined;
    const images = await result<ImageRecord[]>(this.#read('images').getAll(this.#range(id)));
    const urls = new Map(images.map((image) => [imagePrefix + image.id, image.url]));
    for (const image of images) this.#imageIds.set(id + image.url, image.id);
    return mapImages(record.conversation, (image) => {
      const url = image.url.startsWith(imagePrefix) ? urls.get(image.url) : image.url;
      return url === undefined ? undefined : { ...image, url };
    });
  }

  async revision(id: string): Promise<number | undefined> {
    const record = await result<ConversationRecord | undefined>(
      this.#read('conversations').get([this.#viewerId, id]),
    );
    return record?.conversation.revision;
  }

  /**
   * Stores a conversation that was last stored as `conversation.revision` (0: never). Returns its new revision.
   * @throws StoredElsewhere; DOMException `QuotaExceededError` when the browser gives no more room
   */
  async save(conversation: StoredConversation): Promise<number> {
    const transaction = this.#database.transaction(['conversations', 'images'], 'readwrite');
    const ended = finished(transaction);
    // Told by `ended`; without this it would count as a failure that nobody heard of.
    ended.catch(() => undefined);
    const conversations = transaction.objectStore('conversations');
    const before = await result<ConversationRecord | undefined>(
      conversations.get([this.#viewerId, conversation.id]),
    );
    if (before && before.conversation.revision !== conversation.revision) {
      transaction.abort();
      throw new StoredElsewhere(conversation.id);
    }
    // Another tab has deleted it, and its images: all of them are written again.
    if (!before) this.#forgetImages(conversation.id);
    const revision = conversation.revision + 1;
    const added = new Map<string, string>();
    const packed = mapImages({ ...conversation, revision }, (image) => {
      const key = conversation.id + image.url;
      const known = this.#imageIds.get(key) ?? added.get(key);
      if (known !== undefined) return { ...image, url: imagePrefix + known };
      const id = newId();
      added.set(key, id);
      transaction.objectStore('images').put({
        viewerId: this.#viewerId,
        conversationId: conversation.id,
        id,
        url: image.url,
      } satisfies ImageRecord);
      return { ...image, url: imagePrefix + id };
    });
    conversations.put({
      viewerId: this.#viewerId,
      id: conversation.id,
      conversation: packed,
    } satisfies ConversationRecord);
    await ended;
    for (const [key, id] of added) this.#imageIds.set(key, id);
    return revision;
  }

  async delete(id: string): Promise<void> {
    const transaction = this.#database.transaction(['conversations', 'images'], 'readwrite');
    transaction.objectStore('conversations').delete([this.#viewerId, id]);
    transaction.objectStore('images').delete(this.#range(id));
    await finished(transaction);
    this.#forgetImages(id);
  }

  close(): void {
    this.#database.close();
  }

  /** Who shares a browser with others does not leave them what was said. */
  async #forgetOthers(): Promise<void> {
    const transaction = this.#database.transaction(['conversations', 'images'], 'readwrite');
    for (const name of ['conversations', 'images']) {
      const store = transaction.objectStore(name);
      store.delete(IDBKeyRange.upperBound([this.#viewerId], true));
      store.delete(IDBKeyRange.lowerBound([`${this.#viewerId}\u0000`]));
    }
    await finished(transaction);
  }

  #forgetImages(conversationId: string): void {
    for (const key of this.#imageIds.keys()) if (key.startsWith(conversationId)) this.#imageIds.delete(key);
  }

  #read(name: string): IDBObjectStore {
    return this.#database.transaction(name, 'readonly').objectStore(name);
  }

  /** Arrays sort behind every text, so that an empty one ends a range of keys. */
  #range(...rest: string[]): IDBKeyRange {
    const start = [this.#viewerId, ...rest];
    return IDBKeyRange.bound(start, [...start, []]);
  }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('The request failed.')));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new Error('The transaction was aborted.')),
    );
  });
}
