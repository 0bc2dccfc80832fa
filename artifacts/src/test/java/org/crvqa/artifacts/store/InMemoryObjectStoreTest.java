package org.crvqa.artifacts.store;

/** The fake that other tests build on keeps the contract too. */
class InMemoryObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmpty() {
        return new InMemoryObjectStore();
    }

    @Override
    protected boolean leaveUnfinished(String name) {
        return false;
    }
}
