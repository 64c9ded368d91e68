import type { VideoApi } from '../models.ts';
import type { CallSubject } from '../routes.ts';
import type { Store } from '../store.ts';
import { endOf, isGone } from './progress.ts';
import type { StoredVideo } from './stored-video.ts';

/** When a job was open, in milliseconds since the Unix epoch; an end of null is not known. */
export interface OpenTime {
  deployment: string;
  from: number;
  until: number | null;
}

/** The default deployment of an API, as long as it was never asked for any. */
const USUAL_DEPLOYMENT: Record<VideoApi, string> = { jobs: 'sora', videos: 'sora-2' };

/** Every job that ever was; those that are gone stay in the book, and are read no more. */
export class VideosTable {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    store.database.exec(
      `CREATE TABLE IF NOT EXISTS videos
         (id TEXT PRIMARY KEY, api TEXT NOT NULL, deployment TEXT NOT NULL,
          opened INTEGER NOT NULL, closed INTEGER, video TEXT NOT NULL);
       CREATE INDEX IF NOT EXISTS videos_by_deployment ON videos (deployment, opened);`,
    );
  }

  save(video: StoredVideo): void {
    const end = endOf(video) ?? Infinity;
    const closed = Math.min(end, video.deletedAt ?? Infinity);
    this.#store.database
      .prepare(
        `INSERT INTO videos VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET closed = excluded.closed, video = excluded.video`,
      )
      .run(
        video.id,
        video.api,
        video.request.deployment,
        video.createdAt,
        closed === Infinity ? null : closed,
        JSON.stringify(video),
      );
  }

  delete(video: StoredVideo, now: number): void {
    this.save({ ...video, deletedAt: now });
  }

  /** `undefined` when there is none, or no longer. */
  find(api: VideoApi, id: string, now: number): StoredVideo | undefined {
    const video = this.#read(api, id);
    return video === undefined || isGone(video, now) ? undefined : video;
  }

  /** Those of an API that can be read, oldest first. */
  list(api: VideoApi, now: number): StoredVideo[] {
    return this.#store.database
      .prepare('SELECT video FROM videos WHERE api = ? ORDER BY opened, rowid')
      .all(api)
      .map((row) => JSON.parse(String(row['video'])) as StoredVideo)
      .filter((video) => !isGone(video, now));
  }

  countOpen(deployment: string, now: number): number {
    const row = this.#store.database
      .prepare(
        'SELECT count(*) AS count FROM videos WHERE deployment = ? AND (closed IS NULL OR closed > ?)',
      )
      .get(deployment, now);
    return Number(row?.['count'] ?? 0);
  }

  openTimes(): OpenTime[] {
    return this.#store.database
      .prepare('SELECT deployment, opened, closed FROM videos ORDER BY deployment, opened')
      .all()
      .map((row) => ({
        deployment: String(row['deployment']),
        from: Number(row['opened']),
        until: row['closed'] === null ? null : Number(row['closed']),
      }));
  }

  /** What a call about a job is about, also when the job is gone. */
  subjectOf(api: VideoApi, id: string): CallSubject {
    const video = this.#read(api, id);
    if (video === undefined) return this.listSubject(api);
    return { requestHash: video.requestHash, deploymentName: video.request.deployment };
  }

  /**
   * A call that names no deployment counts on the only one that the API was asked for. With several,
   * nobody can tell which, and it counts on none.
   */
  listSubject(api: VideoApi): CallSubject {
    const rows = this.#store.database
      .prepare('SELECT DISTINCT deployment FROM videos WHERE api = ?')
      .all(api);
    if (rows.length > 1) return {};
    return { deploymentName: String(rows[0]?.['deployment'] ?? USUAL_DEPLOYMENT[api]) };
  }

  #read(api: VideoApi, id: string): StoredVideo | undefined {
    const row = this.#store.database
      .prepare('SELECT video FROM videos WHERE id = ? AND api = ?')
      .get(id, api);
    return row === undefined ? undefined : (JSON.parse(String(row['video'])) as StoredVideo);
  }
}
