import { type Account, deviceAccountStore, openAccount, openWardrobe, type Wardrobe } from '@modaics/client'

export interface PageOptions {
  /** of the sync server; without it the wardrobe stays in the browser */
  readonly url?: string
  /** to sign in with, where nobody is signed in yet */
  readonly person?: { readonly email: string; readonly password: string }
  readonly wardrobeId?: string
  /** kinds and patterns are seen in the page */
  readonly eyes?: boolean
}

declare global {
  interface Window {
    wardrobe: Wardrobe
    account: Account | undefined
    /** Opens the wardrobe of this browser, as an app would. Resolves to its id. */
    openPage(options?: PageOptions): Promise<string>
  }
}

const ACCOUNT = 'me'

window.openPage = async ({ url, person, wardrobeId, eyes = false } = {}) => {
  const account = url
    ? await openAccount({
        url,
        store: deviceAccountStore(ACCOUNT),
      })
    : undefined
  if (account && person && !account.user) await account.signIn(person)
  window.account = account
  window.wardrobe = await openWardrobe({
    name: 'mine',
    photos: { eyes },
    ...(account ? { sync: { account } } : {}),
    ...(wardrobeId ? { wardrobeId } : {}),
  })
  return window.wardrobe.id
}
