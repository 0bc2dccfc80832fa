package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    @Test
    void of_spacesOrderAndEscapes_areNormal() {
        assertThat(CanonicalJson.of("{ \"b\" : [1, 2.50, true, null],\n \"a\": \"\\u003cé\\/\" , \"B\": {} }"))
                .isEqualTo("{\"B\":{},\"a\":\"<é/\",\"b\":[1,2.5,true,null]}");
    }

    @Test
    void of_numbers_areWrittenAsEcmaScriptDoes() {
        assertThat(CanonicalJson.of(
                        "[2.0E-3, 1.0E23, 5.0E-5, 2.0E23, 1e21, 1e-7, 4.9E-324, 2.2250738585072014E-308, -0.0]"))
                .isEqualTo("[0.002,1e+23,0.00005,2e+23,1e+21,1e-7,5e-324,2.2250738585072014e-308,0]");
    }

    @Test
    void of_notJson_isRefused() {
        for (String text : new String[] {"", "{", "{\"a\":1,}", "{\"a\":1} x"}) {
            assertThatThrownBy(() -> CanonicalJson.of(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
