/**
 * Passes messages between a page and the card program of this computer. The browser says which page it is, and only
 * pages of the portals in the manifest get here. Each page has a connection of its own.
 */
const HOST = 'jp.madoguchi.cards'

chrome.runtime.onConnectExternal.addListener((page) => {
  const native = chrome.runtime.connectNative(HOST)
  page.onMessage.addListener((message) =>
    native.postMessage({ origin: page.sender.origin, message }),
  )
  native.onMessage.addListener((message) => page.postMessage(message))
  page.onDisconnect.addListener(() => native.disconnect())
  native.onDisconnect.addListener(() => page.disconnect())
})
