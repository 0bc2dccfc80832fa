package org.crvqa.coordinator;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.crvqa.artifacts.store.ObjectStore;

/** A store with something that happens right before it creates an object. */
public final class InterceptedStore {
    private InterceptedStore() {}

    /** {@code before} gets the name of each object that is about to be created, and may throw. */
    public static ObjectStore of(ObjectStore store, Consumer<String> before) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createIfAbsent")) {
                        before.accept((String) arguments[0]);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
