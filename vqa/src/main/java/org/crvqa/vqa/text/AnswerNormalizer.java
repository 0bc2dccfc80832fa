package org.crvqa.vqa.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The normalisation of the official VQA evaluation (visualqa.org/evaluation.html): line breaks and tabs turned into
 * spaces and outer spaces removed, then punctuation removed or turned into spaces, lower case, number words to digits,
 * articles dropped, missing apostrophes of contractions restored. The same on every Java virtual machine.
 */
public final class AnswerNormalizer {
    private static final String PUNCTUATION = ";/[]\"{}()=+\\_-><@`,?!";
    /** The official expression gives a flag where the number of replacements is expected, and the flag's value is 32. */
    private static final int MOST_PERIODS = 32;

    private static final Set<String> ARTICLES = Set.of("a", "an", "the");
    private static final Map<String, String> NUMBERS = numbers();
    private static final Map<String, String> CONTRACTIONS = contractions();

    private AnswerNormalizer() {}

    /** The normalised answer; may be empty, as of "A", which is an article. */
    public static String normalize(String answer) {
        String trimmed = PythonText.strip(answer.replace('\n', ' ').replace('\t', ' '));
        List<String> words = new ArrayList<>();
        for (String word : PythonText.split(PythonText.lower(withoutPeriods(withoutPunctuation(trimmed))))) {
            String number = NUMBERS.getOrDefault(word, word);
            if (!ARTICLES.contains(number)) {
                words.add(CONTRACTIONS.getOrDefault(number, number));
            }
        }
        return String.join(" ", words);
    }

    private static String withoutPunctuation(String answer) {
        String vanishing = vanishing(answer);
        StringBuilder out = new StringBuilder(answer.length());
        for (int i = 0; i < answer.length(); i++) {
            char c = answer.charAt(i);
            if (PUNCTUATION.indexOf(c) < 0) {
                out.append(c);
            } else if (vanishing.indexOf(c) < 0) {
                out.append(' ');
            }
        }
        return out.toString();
    }

    /** The marks that vanish: those next to a space somewhere, or all where a comma divides digits. */
    private static String vanishing(String answer) {
        if (hasDigitComma(answer)) {
            return PUNCTUATION;
        }
        return PUNCTUATION
                .chars()
                .mapToObj(Character::toString)
                .filter(mark -> answer.contains(mark + " ") || answer.contains(" " + mark))
                .collect(Collectors.joining());
    }

    private static boolean hasDigitComma(String answer) {
        for (int comma = answer.indexOf(','); comma >= 0; comma = answer.indexOf(',', comma + 1)) {
            if (comma > 0 && PythonText.isDigit(answer.codePointBefore(comma)) && isDigitAt(answer, comma + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Drops periods that no digit follows; the official expression means "nor precedes" but does not say it. */
    private static String withoutPeriods(String answer) {
        StringBuilder out = new StringBuilder(answer.length());
        int dropped = 0;
        for (int i = 0; i < answer.length(); i++) {
            if (answer.charAt(i) == '.' && dropped < MOST_PERIODS && !isDigitAt(answer, i + 1)) {
                dropped++;
            } else {
                out.append(answer.charAt(i));
            }
        }
        return out.toString();
    }

    private static boolean isDigitAt(String answer, int index) {
        return index < answer.length() && PythonText.isDigit(answer.codePointAt(index));
    }

    private static Map<String, String> numbers() {
        Map<String, String> numbers = new HashMap<>();
        List<String> words =
                List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");
        for (int i = 0; i < words.size(); i++) {
            numbers.put(words.get(i), Integer.toString(i));
        }
        numbers.put("none", "0");
        return Map.copyOf(numbers);
    }

    /** Each contraction stands for every spelling of it that lacks exactly one apostrophe. */
    private static Map<String, String> contractions() {
        String complete =
                "ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't "
                        + "haven't he'd he'd've he's how'd how'll how's isn't it'd it'd've it'll ma'am mightn't mightn't've "
                        + "might've mustn't must've needn't not've o'clock oughtn't 'ow's'at shan't she'd've should've "
                        + "shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd someone'd've someone'll "
                        + "someone's something'd something'd've something'll that's there'd there'd've there're there's "
                        + "they'd they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll what're what's "
                        + "what've when's where'd where's where've who'd who'd've who'll who's who've why'll why're why's "
                        + "won't would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're you've";
        Map<String, String> contractions = new HashMap<>();
        for (String word : complete.split(" ")) {
            for (int at = word.indexOf('\''); at >= 0; at = word.indexOf('\'', at + 1)) {
                contractions.put(word.substring(0, at) + word.substring(at + 1), word);
            }
        }
        // A slip of the official table that every published score contains.
        contractions.put("somebody'd", "somebodyd");
        return Map.copyOf(contractions);
    }
}
