// Key records in IndexedDB. CryptoKey objects are stored as they are: there are no bytes of a private key to store.

const patience = 5000;

const open = () => new Promise((resolve, reject) => {
  // Some browsers never answer where storage is switched off.
  setTimeout(() => reject(new Error('IndexedDB does not answer.')), patience);
  const request = indexedDB.open('aicli-keys', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('keys');
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function run(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      // A key that the server knows and that a power cut takes away could not be replaced by its own signature.
      const transaction = database.transaction('keys', mode, { durability: 'strict' });
      const request = act(transaction.objectStore('keys'));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  } finally {
    database.close();
  }
}

export const read = (slot) => run('readonly', (keys) => keys.get(slot));
export const write = (slot, record) => run('readwrite', (keys) => keys.put(record, slot));
export const remove = (slot) => run('readwrite', (keys) => keys.delete(slot));
