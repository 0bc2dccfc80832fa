package org.crvqa.vqa.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The normalisation of the official VQA evaluation (visualqa.org/evaluation.html): punctuation removed or turned into
 * spaces, lower case, number words to digits, articles dropped, missing apostrophes of contractions restored.
 */
public final class AnswerNormalizer {
    private static final String PUNCTUATION = ";/[]\"{}()=+\\_-><@`,?!";
    /** A period that is not followed by a digit; the official expression means "nor preceded" but does not say it. */
    private static final Pattern PERIOD = Pattern.compile("\\.(?!\\d)", Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern DIGIT_COMMA = Pattern.compile("\\d,\\d", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");
    private static final Map<String, String> NUMBERS = numbers();
    private static final Map<String, String> CONTRACTIONS = contractions();

    private AnswerNormalizer() {}

    /** The normalised answer; may be empty. */
    public static String normalize(String answer) {
        List<String> words = new ArrayList<>();
        for (String word : SPACES.split(withoutPunctuation(answer).toLowerCase(Locale.ROOT))) {
            String number = NUMBERS.getOrDefault(word, word);
            if (!number.isEmpty() && !ARTICLES.contains(number)) {
                words.add(CONTRACTIONS.getOrDefault(number, number));
            }
        }
        return String.join(" ", words);
    }

    /** A mark next to a space, or any mark where a comma divides digits, vanishes; another becomes a space. */
    private static String withoutPunctuation(String answer) {
        boolean dividesDigits = DIGIT_COMMA.matcher(answer).find();
        StringBuilder out = new StringBuilder(answer.length());
        for (int i = 0; i < answer.length(); i++) {
            char c = answer.charAt(i);
            if (PUNCTUATION.indexOf(c) < 0) {
                out.append(c);
            } else if (!dividesDigits && !answer.contains(c + " ") && !answer.contains(" " + c)) {
                out.append(' ');
            }
        }
        return PERIOD.matcher(out).replaceAll("");
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
