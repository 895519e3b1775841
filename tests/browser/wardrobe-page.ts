import { type Account, deviceAccountStore, openAccount, openWardrobe, type Wardrobe } from '@modaics/client'

export interface PageOptions {
  /** of the sync server; without it the wardrobe stays in the browser */
  readonly url?: string
  /** to sign in with, where nobody is signed in yet */
  readonly person?: { readonly email: string; readonly password: string }
  readonly wardrobeId?: string
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

window.openPage = async ({ url, person, wardrobeId } = {}) => {
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
    ...(account ? { sync: { account } } : {}),
    ...(wardrobeId ? { wardrobeId } : {}),
  })
  return window.wardrobe.id
}
