import type { FindingTexts } from '@aigc/shared/findings/findings';

const MAX_NAMES = 5;

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join('、');
  return names.length > MAX_NAMES ? `${shown} 等 ${names.length} 个` : shown;
}

const GB = 1e9;
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const freeSpace = ({ freeBytes, path }: { freeBytes: number; path: string }): string =>
  `${path} 所在磁盘剩余 ${(freeBytes / GB).toFixed(1)} GB`;
const clocks = ({ skewMs }: { skewMs: number }): string => `本机与数据库的时钟相差 ${seconds(skewMs)} 秒`;
const failed =
  (why: string) =>
  ({ count, names }: { count: number; names: readonly string[] }): string =>
    `最近一天有 ${count} 次调用失败：${why}（${listNames(names)}）`;

const DISK = '请清理磁盘，或停止服务后把 DATA_DIR 移到更大的磁盘。';
const NTP = '请让两台机器都通过 NTP 校时。';
const GAP = '有记录被人为删除或改动：请从当时的备份恢复 api_call_log。';
const REDEMPTION = '请查明谁写入了 redeem_codes 或 ledger_entries 表，并从备份恢复。';
const JOB = '运行定时任务的服务（ROLE=all 或 jobs）的日志里有更多信息；系统会自动重试。';
const OUTPUT = '请查看服务的输出；如果它已卡死，请重新启动。';
const LOAD = '请检查数据库的负载：磁盘、锁和处理器。';

/** The sentences of checks in Chinese; the English ones are those of the command line. */
export const findings: FindingTexts = {
  'check.failed': {
    message: ({ reason }) => `无法检查：${reason}`,
    fix: () => '请先解决上述原因，再重新检查。',
  },
  'environment.ok': { message: () => '所有环境变量均可读取' },
  'environment.invalid': {
    message: ({ reason }) => reason,
    fix: () => '请在 .env 或环境变量中更正；docs/reference/configuration.md 列出了全部变量。',
  },
  'node.ok': { message: ({ version }) => `Node ${version}` },
  'node.old': {
    message: ({ version, tested }) => `Node ${version} 早于本版本测试所用的 ${tested}`,
    fix: () => '请用 `npm start` 和 `npm run cli` 启动，它们自带合适的 Node。',
  },
  'panel.ok': { message: () => '管理面板已构建' },
  'panel.missing': {
    message: () => '管理面板未构建，只有 API 可用',
    fix: () => '请运行 `npm run build`，或用 `npm start` 启动。',
  },
  'disk.ok': { message: freeSpace },
  'disk.low': { message: freeSpace, fix: () => DISK },
  'disk.full': { message: freeSpace, fix: () => DISK },
  'data_directory.ok': { message: ({ path }) => `${path} 可写，且不对其他用户开放` },
  'data_directory.missing': {
    message: ({ path }) => `${path} 还不存在`,
    fix: () => '`npm start` 会创建它；如果它本应存在，请检查 DATA_DIR。',
  },
  'data_directory.not_directory': {
    message: ({ path }) => `${path} 不是目录`,
    fix: () => '请把 DATA_DIR 设为一个目录。',
  },
  'data_directory.not_writable': {
    message: ({ path, owner, me }) => `${path} 属于用户 ${owner}，用户 ${me} 无法写入`,
    fix: ({ path, owner, me }) => `请以用户 ${owner} 运行，或执行：\`chown -R ${me} ${path}\``,
  },
  'data_directory.other_owner': {
    message: ({ path, owner, me }) => `${path} 属于用户 ${owner}，而当前用户是 ${me}`,
    fix: ({ owner }) => `请以用户 ${owner} 运行服务和命令行。`,
  },
  'data_directory.open': {
    message: ({ path, mode }) => `${path} 对其他用户开放（权限 ${mode}）`,
    fix: ({ path }) => `\`chmod 700 ${path}\``,
  },
  'secret_keys.of_environment': { message: ({ count }) => `SECRET_KEYS 含 ${count} 个密钥` },
  'secret_keys.missing': { message: ({ path }) => `还没有 ${path}，首次启动时会创建` },
  'secret_keys.open': {
    message: ({ path, mode }) => `其他用户可以读取 ${path}（权限 ${mode}）`,
    fix: ({ path }) => `\`chmod 600 ${path}\``,
  },
  'secret_keys.ok': { message: ({ path, count }) => `${path} 不对其他用户开放，含 ${count} 个密钥` },
  'secret_keys.unreadable': {
    message: ({ reason }) => reason,
    fix: ({ path }) => `请从备份恢复 ${path}。`,
  },
  'address.ready': { message: ({ origin }) => `服务在 ${origin} 应答，已就绪` },
  'address.not_ready': {
    message: ({ origin, names }) => `${origin} 的服务尚未就绪（${names.join('、')}）`,
    fix: () => OUTPUT,
  },
  'address.silent': {
    message: ({ origin, reason }) => `无法询问 ${origin} 的服务。${reason}`,
    fix: () => OUTPUT,
  },
  'address.free': { message: ({ address }) => `没有服务在运行，${address} 可用` },
  'address.taken': {
    message: ({ address }) => `${address} 被其他程序占用`,
    fix: () => '请停止该程序，或把 PORT 设为空闲端口。',
  },
  'address.not_permitted': {
    message: ({ address }) => `当前用户不得监听 ${address}`,
    fix: () => '请把 PORT 设为大于 1023 的端口。',
  },
  'address.unknown_host': {
    message: ({ host }) => `HOST ${host} 不是本机地址`,
    fix: () => '请把 HOST 设为 127.0.0.1、0.0.0.0 或 `ip addr` 列出的地址。',
  },
  'address.other': {
    message: ({ address, reason }) => `无法监听 ${address}（${reason}）`,
    fix: () => '请检查 HOST 和 PORT。',
  },
  'limits.memory': { message: () => '请求数、token 数和并发数在本机计数' },
  'limits.redis': { message: ({ host, ms }) => `限额由 ${host} 的 Redis 计数，用时 ${ms.toFixed(1)} 毫秒` },
  'limits.redis_slow': {
    message: ({ host, ms }) => `限额由 ${host} 的 Redis 计数，用时 ${ms.toFixed(1)} 毫秒`,
    fix: () => '每次调用都要等它：请把它移到离本机更近的地方。',
  },
  'limits.redis_away': {
    message: ({ host }) => `${host} 的 Redis 无响应，各进程各自计数限额`,
    fix: () => '请检查 REDIS_URL 及其密码，确认 Redis 在运行并允许本机连接。',
  },
  'plugins.none': { message: () => '没有配置供应商插件' },
  'plugins.ok': { message: ({ names }) => `已加载 ${names.length} 个供应商插件：${listNames(names)}` },
  'plugins.failed': {
    message: ({ source, reason }) => `插件 ${source} 未加载：${reason}`,
    fix: () => '请修复该插件或 PLUGINS，然后重新启动。',
  },
  'processes.ok': { message: ({ count }) => `${count} 个进程正在服务` },
  'processes.busy': {
    message: ({ worker, ms }) => `进程 ${worker} 响应迟缓：定时器延迟 ${Math.round(ms)} 毫秒`,
    fix: () => '请增加处理器，启动更多工作进程（WORKERS），或查明是什么占用了它。',
  },
  'processes.missing': {
    message: ({ running, wanted }) => `${wanted} 个进程中只有 ${running} 个应答`,
    fix: () => '请查看服务的输出，其中有进程结束的原因。系统会自动启动新的进程。',
  },
  'processes.draining': {
    message: ({ worker }) => `进程 ${worker} 正在结束，不再接受新的工作`,
    fix: () => '请等它结束，或查看它在等什么。',
  },
  'snapshot.ok': { message: ({ ms }) => `内存中的密钥与模型是最新的（${seconds(ms)} 秒前）` },
  'snapshot.old': {
    message: ({ ms }) => `内存中的密钥与模型是 ${seconds(ms)} 秒前的：收不到更改通知`,
    fix: ({ maxMs }) => `请检查数据库：超过 ${seconds(maxMs)} 秒（SNAPSHOT_MAX_STALE）后调用会被拒绝。`,
  },
  'drain.ok': { message: () => '已结算的调用随即入账' },
  'drain.direct': { message: () => '每次调用在应答结束前直接写入数据库' },
  'drain.behind': {
    message: ({ count, ms }) => `${count} 次已结算的调用在等待数据库，最早的已等 ${seconds(ms)} 秒`,
    fix: () => LOAD,
  },
  'drain.refuses': {
    message: () => '有进程因无法写入流水日志而拒绝新的调用',
    fix: () => '请为 DATA_DIR 腾出空间；docs/runbooks/journal.md 列出了其他可能的原因。',
  },
  'upstreams.none': { message: () => '最近一小时没有发往供应商的调用' },
  'upstreams.ok': { message: ({ count }) => `最近一小时有 ${count} 个供应商正常应答` },
  'upstreams.failing': {
    message: ({ provider, percent }) => `${provider} 最近一小时有 ${percent}% 的调用失败`,
    fix: () => '请查看失败的调用并测试连接；也可以在路由中设置替代的上游。',
  },
  'upstreams.breaker': {
    message: ({ provider, names }) => `${provider} 连续失败，暂不向它发送调用：${listNames(names)}`,
    fix: () => '系统会自动再试。测试连接可以看到问题所在。',
  },
  'database.none': {
    message: ({ path }) => `${path} 中还没有数据库`,
    fix: () => '请运行 `npm start` 或 `npm run cli -- install`。',
  },
  'database.unusable_embedded': {
    message: ({ reason }) => reason,
    fix: () => '请先解决上述问题，再用 `npm start` 启动服务。',
  },
  'database.unusable': {
    message: ({ reason }) => reason,
    fix: () => '请检查 DATABASE_URL，确认 PostgreSQL 在运行并允许该用户连接。',
  },
  'database.embedded': { message: ({ version }) => `内置的 PostgreSQL 正常应答（${version}）` },
  'database.ok': { message: ({ version }) => `DATABASE_URL 的 PostgreSQL 正常应答（${version}）` },
  'database.old': {
    message: ({ version }) => `PostgreSQL 版本为 ${version}`,
    fix: ({ oldest }) => `请升级到 PostgreSQL ${oldest} 或更新的版本。`,
  },
  'migrations.ok': { message: ({ count }) => `数据表是最新的（${count} 次迁移）` },
  'migrations.pending': {
    message: ({ count }) => `还有 ${count} 次迁移未执行`,
    fix: () => '请运行 `npm run cli -- migrate`，或启动服务。',
  },
  'migrations.newer': {
    message: ({ names }) => `数据库属于更新的版本（${names.join('、')}）`,
    fix: () => '请把本程序更新到创建该数据库的版本。',
  },
  'migrations.needed': { message: () => '需要本版本的数据表' },
  'clock.ok': { message: () => '本机与数据库的时间一致' },
  'clock.apart': { message: clocks, fix: () => NTP },
  'clock.far_apart': { message: clocks, fix: () => NTP },
  'administrator.not_installed': {
    message: () => '还没有人完成初始化',
    fix: () => '请运行 `npm run cli -- install`，或打开服务启动时打印的链接。',
  },
  'administrator.ok': { message: ({ count }) => `${count} 位启用的管理员` },
  'administrator.none': {
    message: () => '没有启用的管理员',
    fix: () => '请运行 `npm run cli -- user set-role <email> admin`。',
  },
  'secrets.no_keys': { message: () => '数据库中还没有加密密钥' },
  'secrets.wrong_keys': {
    message: ({ reason }) => reason,
    fix: () => '请提供安装此数据库时所用的密钥，其他密钥无法读取其中的机密。',
  },
  'secrets.not_loaded': { message: () => '无法载入加密密钥' },
  'secrets.ok': { message: ({ count }) => `加密密钥正确，已存的 ${count} 个密钥均可读取` },
  'secrets.unreadable': {
    message: ({ names }) => `以下密钥无法读取：${listNames(names)}`,
    fix: () => '请在面板中重新输入：它们在数据库中被改动过，或来自别处。',
  },
  'balances.ok': { message: () => '每个余额都等于其账本记录之和' },
  'balances.wrong': {
    message: ({ owner, found, expected }) => `${owner} 的余额为 ${found}，但账本记录之和为 ${expected}`,
    fix: ({ expected, id }) =>
      `请查明谁写入了 accounts 表，然后执行：\`update aigcspace.accounts set balance = ${expected} where id = '${id}';\``,
  },
  'holds.none': { message: () => '没有预扣的金额' },
  'holds.ok': { message: ({ count }) => `${count} 次进行中的调用有预扣，没有遗留的预扣` },
  'holds.wrong': {
    message: ({ owner, found, expected }) =>
      `${owner} 的余额被预扣 ${found}，但其进行中的调用共预扣 ${expected}`,
    fix: ({ expected, id }) =>
      `请停止服务，然后执行：\`update aigcspace.accounts set held = ${expected} where id = '${id}';\``,
  },
  'holds.dead': {
    message: ({ count }) => `已结束的进程仍有 ${count} 次调用占用预扣`,
    fix: () => '请重新启动服务：每次启动都会了结已结束进程的调用。',
  },
  'holds.dead_stopped': {
    message: ({ count }) => `已结束的进程仍有 ${count} 次调用占用预扣`,
    fix: () => '请启动服务：它会了结这些调用并释放金额。',
  },
  'leases.ok': { message: () => '借给各进程的额度等于其借出记录之和' },
  'leases.wrong': {
    message: ({ owner, found, expected }) => `${owner} 的余额借出 ${found}，但借出记录之和为 ${expected}`,
    fix: ({ expected, id }) =>
      `请停止所有服务，然后执行：\`update aigcspace.accounts set leased = ${expected} where id = '${id}';\``,
  },
  'leases.wrong_budgets': {
    message: ({ count }) => `${count} 个密钥预算预留的金额与其借出记录不符`,
    fix: () => '请查明谁写入了 key_budgets 表；其 leased 列应为 budget_leases 与 holds 之和。',
  },
  'journals.ok': { message: () => '已结算的调用均已入账' },
  'journals.running': { message: () => '已结算的调用均已入账，或即将入账' },
  'journals.damaged': {
    message: ({ reason }) => reason,
    fix: () => 'docs/runbooks/journal.md 逐步说明了处理方法。',
  },
  'journals.quarantined': {
    message: ({ count }) => `${count} 笔结算无法入账：这些调用不在日志中，也没有计费`,
    fix: () =>
      '请查看 quarantined_settlements 表的 error 列，解决原因后运行 `npm run cli -- journal retry`。',
  },
  'journals.missing': {
    message: ({ id, host, leased }) =>
      `${host === '' ? '' : `${host} 上 `}${id} 的流水日志不在本机，为它预留了 ${leased}`,
    fix: ({ id }) =>
      `请启动其数据目录所属的服务；如果数据已永久丢失，请运行 \`npm run cli -- journal abandon ${id}\`。`,
  },
  'journals.left': {
    message: ({ count }) => `已结束的进程有 ${count} 次已结算的调用只在磁盘上`,
    fix: () => '请启动服务，它会将其入账。',
  },
  'journals.behind': {
    message: ({ count }) => `磁盘上有 ${count} 次已结算的调用在等待数据库`,
    fix: () => LOAD,
  },
  'call_log.ok': { message: ({ count }) => `最近一周的日志完整：${count} 次调用均按日志入账` },
  'call_log.rows_missing': {
    message: ({ count }) => `最近一周有 ${count} 次已计费的调用缺少日志`,
    fix: () => GAP,
  },
  'call_log.booked_otherwise': {
    message: ({ count }) => `最近一周有 ${count} 次调用的入账金额与日志不符`,
    fix: () => GAP,
  },
  'call_log.sums_costs': { message: () => '最近一周每小时汇总的费用与日志不符', fix: () => GAP },
  'call_log.sums_calls': {
    message: ({ count }) => `最近一周每小时汇总比日志多 ${count} 次调用`,
    fix: () => GAP,
  },
  'bills.ok': { message: () => '最新调用的账单与价格、用量一致' },
  'bills.wrong': {
    message: ({ count, requestId, found, expected }) =>
      `最新调用中有 ${count} 笔账单与价格、用量不符，例如 ${requestId}：应为 ${expected}，实为 ${found}`,
    fix: () => '请查明谁写入了 api_call_log 表；余额应通过单独的账本记录更正，不要改动调用记录。',
  },
  'log_storage.ok': { message: ({ count }) => `调用日志有 ${count} 个月份分区` },
  'log_storage.months_missing': {
    message: ({ names }) => `调用日志缺少分区：${names.join('、')}`,
    fix: () => '请启动服务，定时任务会创建它们。在此之前调用写入默认分区。',
  },
  'log_storage.stray': {
    message: ({ count }) => `调用日志的默认分区中有 ${count} 次调用`,
    fix: () => '请检查各机器的时钟；docs/runbooks/call-log.md 说明了如何处理这些调用。',
  },
  'redeem_codes.ok': {
    message: ({ count }) => `每个已使用的兑换码都有一笔等额的账本记录（${count} 次兑换）`,
  },
  'redeem_codes.not_booked': {
    message: ({ count }) => `有 ${count} 个已使用的兑换码在账本中缺失或金额不符`,
    fix: () => REDEMPTION,
  },
  'redeem_codes.not_redeemed': {
    message: ({ count }) => `账本中有 ${count} 笔兑换找不到对应的兑换码`,
    fix: () => REDEMPTION,
  },
  'call_bodies.off': { message: () => '不保存调用的请求与应答内容' },
  'call_bodies.kept': {
    message: ({ mode, days, mebibytes }) =>
      `保存${mode === 'all' ? '所有调用' : '失败的调用'}的请求与应答内容 ${days} 天（现有 ${mebibytes} MiB）`,
  },
  'call_bodies.unreadable': {
    message: () => '已保存的请求与应答内容无法读取',
    fix: () => '它们是用其他加密密钥写入的：请让每台服务器使用相同的 SECRET_KEYS。',
  },
  'call_bodies.overdue': {
    message: () => '请求与应答内容的保存时间超过了平台设置',
    fix: () => '请启动运行定时任务的服务（ROLE=all 或 jobs）：它每十分钟删除一次。',
  },
  'jobs.none': { message: () => '还没有服务运行过定时任务' },
  'jobs.ok': { message: ({ count }) => `${count} 个定时任务均已完成` },
  'jobs.failed': { message: ({ job, reason }) => `定时任务 ${job} 失败：${reason}`, fix: () => JOB },
  'jobs.late': { message: ({ job }) => `定时任务 ${job} 已有一天没有成功`, fix: () => JOB },
  'models.ok': { message: ({ count }) => `${count} 个云端模型可以调用` },
  'models.none': {
    message: () => '没有对 API 开放的云端模型',
    fix: () => '请在面板中为某个模型打开 API 调用。',
  },
  'models.unpriced': {
    message: ({ names }) => `已对 API 开放但没有价格，因此拒绝调用：${listNames(names)}`,
    fix: () => '请逐个设置价格（零也是价格），或关闭其 API 调用。',
  },
  'models.no_provider': {
    message: ({ names }) => `已对 API 开放，但没有启用的供应商提供：${listNames(names)}`,
    fix: () => '请启用供应商，在路由中改用其他上游，或关闭这些模型的 API 调用。',
  },
  'models.idle_fallbacks': {
    message: ({ names }) => `被设为备用但不可调用，因此从不生效：${listNames(names)}`,
    fix: () => '请设置价格并打开 API 调用，或在路由中选择其他备用模型。',
  },
  'models.no_active_language': {
    message: () => '没有默认语言模型，不带 `model` 的此类调用会被拒绝',
    fix: () => '请在面板中选择默认语言模型。',
  },
  'models.no_active_vision': {
    message: () => '没有默认视觉模型，不带 `model` 的此类调用会被拒绝',
    fix: () => '请在面板中选择默认视觉模型。',
  },
  'providers.ok': { message: ({ count }) => `${count} 个启用的供应商，所需密钥齐全` },
  'providers.without_key': {
    message: ({ names }) => `已启用但缺少密钥：${listNames(names)}`,
    fix: () => '请逐个输入密钥，或停用该供应商。',
  },
  'outbound.ok': {
    message: ({ count, loopback }) => `${count} 条允许的内网地址，本机地址${loopback ? '允许' : '拒绝'}访问`,
  },
  'outbound.unreadable': {
    message: ({ reason }) => `有一条允许的地址无法解析，已忽略：${reason}`,
    fix: () => '请在平台设置中更正或删除该条目。',
  },
  'outbound.broad': {
    message: ({ names }) => `允许的地址范围过大：${listNames(names)}`,
    fix: () => '请改为写明主机和端口，例如 10.1.2.3:8000。',
  },
  'outbound.metadata': {
    message: () => 'UPSTREAM_ALLOW_METADATA 使允许的地址可以访问会发放凭证的元数据服务',
    fix: () => '如无必要，请移除 UPSTREAM_ALLOW_METADATA。',
  },
  'outbound.open_loopback': {
    message: ({ host }) => `服务在 ${host} 对外开放，而用户可以访问本机的每个端口`,
    fix: () => '请设置 UPSTREAM_ALLOW_LOOPBACK=false，并用 UPSTREAM_ALLOW 允许个别端口。',
  },
  'outbound.refused_provider': {
    message: ({ provider }) => `供应商 ${provider} 的地址是内网地址，不得访问`,
    fix: () => '请为该供应商换一个地址：单独一条允许规则不足以放行。',
  },
  'outbound.refused_provider_entry': {
    message: ({ provider }) => `供应商 ${provider} 的地址是内网地址，不得访问`,
    fix: ({ entry }) => `请把 ${entry} 加入平台设置中允许的地址，或加入 UPSTREAM_ALLOW。`,
  },
  'failures.none': { message: () => '最近一天没有需要在此处理的失败调用' },
  'failures.upstream_auth_failed': {
    message: failed('上游拒绝了我们的密钥'),
    fix: () => '请重新输入其供应商的密钥并测试连接。',
  },
  'failures.upstream_unreachable': {
    message: failed('无法连接上游'),
    fix: () => '请用下方的“连接所有供应商”检查，并核对供应商的地址。',
  },
  'failures.upstream_timeout': {
    message: failed('上游没有及时应答'),
    fix: () => '请在面板中测试该模型；如果一直很慢，请联系其供应商。',
  },
  'failures.upstream_bad_response': {
    message: failed('上游的应答不是兼容 OpenAI 的格式'),
    fix: () => '请检查供应商的地址：通常以 /v1 结尾。',
  },
  'failures.model_not_priced': { message: failed('模型没有价格'), fix: () => '请在面板中设置模型的价格。' },
  'failures.insufficient_quota': {
    message: failed('余额不足'),
    fix: () => '请在用户页面充值，或运行 `npm run cli -- user top-up <email> <amount>`。',
  },
  'failures.interrupted': {
    message: failed('调用进行时服务停止'),
    fix: () => '请用 SIGTERM 停止服务并给它时间收尾；如果它是被强行终止的，请检查内存是否不足。',
  },
  'latency.ok': { message: () => '没有模型比平时更慢' },
  'latency.slow': {
    message: ({ model, p50, usualP50, p95, usualP95 }) =>
      `${model} 变慢：最近一天一半的应答用时 ${p50} 毫秒以上（此前 ${usualP50} 毫秒），二十分之一用时 ${p95} 毫秒以上（此前 ${usualP95} 毫秒）`,
    fix: () => '请在面板中测试该模型：如果首字节来得晚，是上游变慢；否则请检查本机负载。',
  },
  'network.no_keys': { message: () => '无法读取供应商的密钥' },
  'network.none': { message: () => '没有需要连接的供应商' },
  'network.no_url': {
    message: ({ provider }) => `${provider} 的地址不是有效的网址`,
    fix: ({ provider }) => `请在面板中更正 ${provider} 的地址。`,
  },
  'network.not_callable': {
    message: ({ provider, reason }) => `无法调用 ${provider}。${reason}`,
    fix: () => '请检查它的设置，并在面板中测试。',
  },
  'network.no_credential': {
    message: ({ provider, reason }) => `${provider} 不接受调用。${reason}`,
    fix: () => '请检查它的设置，并在面板中测试。',
  },
  'network.unreachable': {
    message: ({ provider, reason }) => `无法连接 ${provider}。${reason}`,
    fix: ({ provider }) => `请检查 ${provider} 的地址，以及本机能否连接它。`,
  },
  'network.not_allowed': {
    message: ({ provider, reason }) => `无法连接 ${provider}。${reason}`,
    fix: ({ entry }) => `请把 ${entry} 加入平台设置中允许的地址，或加入 UPSTREAM_ALLOW。`,
  },
  'network.key_refused': {
    message: ({ provider, status }) => `${provider} 拒绝了我们的密钥（HTTP ${status}）`,
    fix: ({ provider }) => `请重新输入 ${provider} 的密钥。`,
  },
  'network.key_wanted': {
    message: ({ provider, status }) => `${provider} 需要密钥（HTTP ${status}）`,
    fix: ({ provider }) => `请输入 ${provider} 的密钥。`,
  },
  'network.busy': {
    message: ({ provider, status }) => `${provider} 返回 HTTP ${status}`,
    fix: () => '请稍后再试，并查看其状态页。',
  },
  'network.no_list': {
    message: ({ provider, status }) => `${provider} 有应答，但不提供模型列表（HTTP ${status}）`,
  },
  'network.ok_key': { message: ({ provider }) => `${provider} 正常应答，接受我们的密钥` },
  'network.ok': { message: ({ provider }) => `${provider} 正常应答` },
};
