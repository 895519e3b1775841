import { isUuid } from '@modaics/shared'
import { and, asc, eq, sql } from 'drizzle-orm'
import type { Database, Runner } from '../db/database.js'
import { members, users, wardrobes } from '../db/schema/index.js'
import type { AccountEvents } from './account-events.js'
import { fail, type Outcome } from './outcome.js'
import type { Role } from './principal.js'

export interface Wardrobe {
  readonly id: string
  readonly name: string
  /** of the user who asks */
  readonly role: Role
  /** ms since 1970 */
  readonly createdAt: number
}

export interface Member {
  readonly userId: string
  readonly email: string
  readonly role: Role
}

/** Who may do what in which wardrobe. Whether the caller may ask is checked before (`PERMISSIONS`). */
export interface Memberships {
  roleOf(userId: string, wardrobeId: string): Promise<Role | null>
  /** by name, then id */
  listWardrobes(userId: string): Promise<Wardrobe[]>
  /**
   * Makes the wardrobe with its first owner, or answers with the one that is there (renamed, where an owner gives it
   * another name). `not-found` where it is somebody else's, `forbidden` where the role does not permit to rename.
   */
  putWardrobe(
    userId: string,
    id: string,
    name: string,
  ): Promise<Outcome<{ wardrobe: Wardrobe; made: boolean }>>
  listMembers(wardrobeId: string): Promise<Member[]>
  /** Adds a member or changes its role. `not-found` without an account, `conflict` where no owner would be left. */
  putMember(wardrobeId: string, email: string, role: Role): Promise<Outcome<Member>>
  /** `not-found` where it is none, `conflict` where no owner would be left. */
  removeMember(wardrobeId: string, userId: string): Promise<Outcome<null>>
}

const LAST_OWNER = fail('conflict', 'A wardrobe keeps at least one owner: make somebody else an owner first')

export function createMemberships(database: Database, events: AccountEvents): Memberships {
  async function roleOf(userId: string, wardrobeId: string, runner: Runner = database): Promise<Role | null> {
    if (!isUuid(userId) || !isUuid(wardrobeId)) return null
    const [row] = await runner.orm
      .select({ role: members.role })
      .from(members)
      .where(and(eq(members.wardrobeId, wardrobeId), eq(members.userId, userId)))
    return row?.role ?? null
  }

  /** Members of one wardrobe change one after the other, so that two owners cannot leave at once. */
  const locked = <T>(wardrobeId: string, work: (runner: Runner) => Promise<T>): Promise<T> =>
    database.transaction(async (runner) => {
      await runner.query(`select pg_advisory_xact_lock(hashtextextended('members ' || $1, 0))`, [wardrobeId])
      return work(runner)
    })

  async function isLastOwner(runner: Runner, wardrobeId: string, userId: string): Promise<boolean> {
    const owners = await runner.orm
      .select({ userId: members.userId })
      .from(members)
      .where(and(eq(members.wardrobeId, wardrobeId), eq(members.role, 'owner')))
    return owners.length === 1 && owners[0]?.userId === userId
  }

  return {
    roleOf: (userId, wardrobeId) => roleOf(userId, wardrobeId),

    async listWardrobes(userId) {
      const rows = await database.orm
        .select({ wardrobe: wardrobes, role: members.role })
        .from(members)
        .innerJoin(wardrobes, eq(wardrobes.id, members.wardrobeId))
        .where(eq(members.userId, userId))
        .orderBy(asc(wardrobes.name), asc(wardrobes.id))
      return rows.map(({ wardrobe, role }) => toWardrobe(wardrobe, role))
    },

    putWardrobe: (userId, id, name) =>
      database.transaction(async (runner): Promise<Outcome<{ wardrobe: Wardrobe; made: boolean }>> => {
        const [made] = await runner.orm
          .insert(wardrobes)
          .values({ id, name })
          .onConflictDoNothing()
          .returning()
        if (made) {
          await runner.orm.insert(members).values({ wardrobeId: id, userId, role: 'owner' })
          return { ok: true, value: { wardrobe: toWardrobe(made, 'owner'), made: true } }
        }
        const role = await roleOf(userId, id, runner)
        const [found] = await runner.orm.select().from(wardrobes).where(eq(wardrobes.id, id))
        if (!role || !found) return fail('not-found', 'There is no such wardrobe for you; choose another id')
        if (found.name !== name) {
          if (role !== 'owner') return fail('forbidden', 'Only an owner renames a wardrobe')
          await runner.orm.update(wardrobes).set({ name }).where(eq(wardrobes.id, id))
        }
        return { ok: true, value: { wardrobe: toWardrobe({ ...found, name }, role), made: false } }
      }),

    async listMembers(wardrobeId) {
      return database.orm
        .select({ userId: members.userId, email: users.email, role: members.role })
        .from(members)
        .innerJoin(users, eq(users.id, members.userId))
        .where(eq(members.wardrobeId, wardrobeId))
        .orderBy(asc(members.createdAt), asc(members.userId))
    },

    putMember: (wardrobeId, email, role) =>
      locked(wardrobeId, async (runner): Promise<Outcome<Member>> => {
        const [user] = await runner.orm
          .select()
          .from(users)
          .where(eq(users.email, email.trim().toLowerCase()))
        if (!user) return fail('not-found', 'There is no account with this e-mail address')
        if (role !== 'owner' && (await isLastOwner(runner, wardrobeId, user.id))) return LAST_OWNER
        const before = await roleOf(user.id, wardrobeId, runner)
        await runner.orm
          .insert(members)
          .values({ wardrobeId, userId: user.id, role })
          .onConflictDoUpdate({
            target: [members.wardrobeId, members.userId],
            set: { role: sql`excluded.role` },
          })
        if (before !== role)
          await events.announce(runner, [{ type: 'membership-changed', wardrobeId, userId: user.id }])
        return { ok: true, value: { userId: user.id, email: user.email, role } }
      }),

    removeMember: (wardrobeId, userId) =>
      locked(wardrobeId, async (runner): Promise<Outcome<null>> => {
        if (await isLastOwner(runner, wardrobeId, userId)) return LAST_OWNER
        const [removed] = await runner.orm
          .delete(members)
          .where(and(eq(members.wardrobeId, wardrobeId), eq(members.userId, userId)))
          .returning()
        if (!removed) return fail('not-found', 'This wardrobe has no such member')
        await events.announce(runner, [{ type: 'membership-changed', wardrobeId, userId }])
        return { ok: true, value: null }
      }),
  }
}

function toWardrobe(row: typeof wardrobes.$inferSelect, role: Role): Wardrobe {
  return { id: row.id, name: row.name, role, createdAt: row.createdAt.getTime() }
}
