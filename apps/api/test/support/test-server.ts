import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTRPCClient, httpBatchStreamLink, type TRPCClient } from '@trpc/client';
import { startApp, type App } from '../../src/app.ts';
import type { Container } from '../../src/container.ts';
import { readEnv } from '../../src/env.ts';
import { createLog, type Log } from '../../src/log.ts';
import type { AppRouter } from '../../src/trpc/router.ts';
import { createTestDatabase } from './test-database.ts';

export type Client = TRPCClient<AppRouter>;

export interface TestServerOptions {
  /** Variables over those of the tests. */
  env?: Record<string, string>;
  /** False: leaves the installation without its administrator, for tests of set-up. */
  isSetUp?: boolean;
  /** A database that the caller keeps, instead of one that ends with the server. */
  connectionString?: string;
  log?: Log;
}

/** A signed-in person. */
export interface TestUser {
  id: string;
  email: string;
  password: string;
  /** `aigc_session=…` */
  cookie: string;
  client: Client;
}

/** One answer over plain HTTP, as a browser gets it. */
export interface CallAnswer<T = unknown> {
  status: number;
  headers: Headers;
  data: T;
  error: { message: string; data: Record<string, unknown> & { appCode: string; httpStatus: number } };
}

export interface TestServer {
  origin: string;
  container: Container;
  app: App;
  /** The administrator whom set-up made. */
  admin: TestUser;
  /** The administrator's first key. */
  adminKey: string;
  /** A typed client, of the person whose cookie it gets. */
  client(headers?: Record<string, string>): Client;
  /** Calls a procedure over plain HTTP; a mutation unless `input` is left out. */
  call<T = unknown>(path: string, input?: unknown, headers?: Record<string, string>): Promise<CallAnswer<T>>;
  createUser(options?: { role?: 'admin' | 'user'; email?: string }): Promise<TestUser>;
  signIn(email: string, password: string): Promise<string>;
  close(): Promise<void>;
}

export const TEST_PASSWORD = 'correct horse battery';

/** The same in every test server, so that two can share a database. */
export const TEST_SECRET_KEYS = `1:${Buffer.alloc(32, 7).toString('base64')}`;

/** The real product on a database of its own and a free port of 127.0.0.1. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.connectionString === undefined ? await createTestDatabase() : undefined;
  const connectionString = options.connectionString ?? database?.connectionString ?? '';
  const dataDir = await mkdtemp(join(tmpdir(), 'aigc-test-server-'));
  const env = readEnv({
    PORT: '0',
    DATABASE_URL: connectionString,
    DATA_DIR: dataDir,
    SECRET_KEYS: TEST_SECRET_KEYS,
    ...options.env,
  });
  const log = options.log ?? createLog({ level: 'silent', isForPeople: false });
  async function discard(): Promise<void> {
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
  let app: App;
  try {
    app = await startApp({ env, log, connectionString, report: () => undefined });
  } catch (error) {
    await discard();
    throw error;
  }
  // PUBLIC_URL changes what people see, not where the server listens.
  const origin = `http://127.0.0.1:${app.port}`;

  function client(headers: Record<string, string> = {}): Client {
    return createTRPCClient<AppRouter>({ links: [httpBatchStreamLink({ url: `${origin}/trpc`, headers })] });
  }

  async function call<T>(
    path: string,
    input?: unknown,
    headers: Record<string, string> = {},
  ): Promise<CallAnswer<T>> {
    const response = await fetch(`${origin}/trpc/${path}`, {
      method: input === undefined ? 'GET' : 'POST',
      headers: { ...(input === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: input === undefined ? null : JSON.stringify(input),
    });
    const body = (await response.json()) as { result?: { data: T }; error?: CallAnswer['error'] };
    return {
      status: response.status,
      headers: response.headers,
      data: body.result?.data as T,
      error: body.error ?? { message: '', data: { appCode: '', httpStatus: 0 } },
    };
  }

  async function signIn(email: string, password: string): Promise<string> {
    const { headers, status, error } = await call('auth.signIn', { email, password });
    if (status !== 200) throw new Error(`signing in failed: ${error.message}`);
    return sessionCookie(headers);
  }

  async function withSession(user: Omit<TestUser, 'cookie' | 'client'>): Promise<TestUser> {
    const cookie = await signIn(user.email, user.password);
    return { ...user, cookie, client: client({ cookie }) };
  }

  const server: TestServer = {
    origin,
    container: app.container,
    app,
    admin: { id: '', email: '', password: '', cookie: '', client: client() },
    adminKey: '',
    client,
    call,
    signIn,
    async createUser({ role = 'user', email = `${randomBytes(6).toString('hex')}@example.com` } = {}) {
      const password = TEST_PASSWORD;
      const { id } = await server.admin.client.adminUsers.create.mutate({
        name: 'Somebody',
        email,
        password,
        role,
      });
      return withSession({ id, email, password });
    },
    async close() {
      await app.stop(AbortSignal.abort());
      await discard();
    },
  };
  if (options.isSetUp !== false && app.setupToken !== null) {
    const email = 'admin@example.com';
    const answer = await call<{ api_key: string }>('setup.complete', {
      token: app.setupToken,
      name: 'Administrator',
      email,
      password: TEST_PASSWORD,
      locale: 'en',
    });
    const cookie = sessionCookie(answer.headers);
    const signedIn = client({ cookie });
    const { viewer } = await signedIn.viewer.get.query();
    server.admin = { id: viewer?.id ?? '', email, password: TEST_PASSWORD, cookie, client: signedIn };
    server.adminKey = answer.data.api_key;
  }
  return server;
}

/** The session cookie of an answer, as a browser would send it back. */
export function sessionCookie(headers: Headers): string {
  const [cookie = ''] = headers.getSetCookie().map((value) => value.split(';', 1)[0] ?? '');
  return cookie;
}
