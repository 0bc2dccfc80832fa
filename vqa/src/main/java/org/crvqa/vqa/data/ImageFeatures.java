package org.crvqa.vqa.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Turns files of region features into the artifact's files, with a few images in memory at a time, and notes what is wrong
 * with the files and their images. Owned by one thread.
 */
final class ImageFeatures {
    /** When so many images of a file are all wrong, those that follow will not be right. */
    private static final int HOPELESS_IMAGES = 1000;

    private final SourceFiles sources;
    private final ImportOptions options;
    private final FeatureSink sink;
    private final Problems problems;
    private final ImageIndex index = new ImageIndex();
    private final Damages damages = new Damages();
    private long bytesLeft;

    private ImageFeatures(
            SourceFiles sources, ImportOptions options, FeatureSink sink, long mostBytes, Problems problems) {
        this.sources = sources;
        this.options = options;
        this.sink = sink;
        this.bytesLeft = mostBytes;
        this.problems = problems;
    }

    /**
     * Images that were read.
     *
     * @param index of those that are whole
     * @param skipped ids of those that are damaged and may be left out, ascending
     */
    record Result(ImageIndex index, Set<Long> skipped) {}

    /** Reads all files; where nothing was wrong, the sink then holds what the index says. */
    static Result convert(
            SourceFiles sources,
            List<Path> files,
            ImportOptions options,
            FeatureSink sink,
            ImportListener listener,
            Problems problems) {
        ImageFeatures reading = new ImageFeatures(sources, options, sink, Long.MAX_VALUE, problems);
        Result result = reading.read(files);
        if (problems.isEmpty()) {
            sink.commit(reading.index);
            reading.damages.tell(reading.index, listener);
        }
        return result;
    }

    /** Looks through the files for problems, for as long as their features take no more than so many bytes. */
    static Result check(
            SourceFiles sources, List<Path> files, ImportOptions options, long mostBytes, Problems problems) {
        return new ImageFeatures(sources, options, FeatureSink.none(), mostBytes, problems).read(files);
    }

    private Result read(List<Path> files) {
        try (RegionDecoding decoding = new RegionDecoding(options.tensorType(), options.boxUnit())) {
            for (Path file : files) {
                read(file, decoding);
            }
        }
        boolean allowed = damages.isAllowed(index, options.skipDamagedImages());
        if (!allowed) {
            damages.report(index, options.skipDamagedImages(), problems);
        } else if (index.size() == 0 && damages.rows() > 0) {
            problems.add(
                    ProblemKind.FILE,
                    new InvalidInputException(
                            "All images of " + files + " are damaged",
                            "Give the complete files as they were published."));
        }
        return new Result(index, damages.lost(index));
    }

    private void read(Path file, RegionDecoding decoding) {
        FileImages images = new FileImages(new BoxTally(file, options.boxUnit()), new Damages());
        try (RegionReader reader = RegionReaders.open(sources, file)) {
            for (var image = decoding.next(reader); image.isPresent(); image = decoding.next(reader)) {
                take(image.get(), images);
                if (bytesLeft < 0 || isHopeless(images)) {
                    stop(file, images);
                    break;
                }
            }
            if (images.read == 0) {
                throw new InvalidInputException(
                        file + " is empty, expected region features", "Give the complete file as it was published.");
            }
        } catch (InvalidInputException e) {
            fail(e);
        } catch (IOException e) {
            fail(SourceFiles.unreadable(file, e));
        } finally {
            decoding.drop();
        }
        Optional<InvalidInputException> verdict = images.boxes.verdict();
        if (verdict.isPresent()) {
            problems.add(ProblemKind.BOXES, verdict.get());
        } else {
            damages.addAll(images.badBoxes);
        }
    }

    /** Where damaged images may be left out, those that follow may be right all the same. */
    private boolean isHopeless(FileImages images) {
        return images.read >= HOPELESS_IMAGES
                && images.wrong == images.read
                && (options.skipDamagedImages() == 0 || images.boxes.verdict().isPresent());
    }

    private void fail(InvalidInputException problem) {
        problems.add(ProblemKind.FILE, problem);
    }

    private void stop(Path file, FileImages images) {
        problems.note(
                bytesLeft < 0
                        ? "Features were looked through only in part, since there were other problems before."
                        : "Of " + file + " only the first " + images.read
                                + " images were looked at, since something is wrong with each of them.");
    }

    private void take(DecodedImage image, FileImages images) {
        images.read++;
        if (image.content().isEmpty()) {
            images.wrong++;
            image.problem().ifPresent(problem -> damages.add(image.imageId(), problem));
            return;
        }
        ImageRegions regions = image.content().get().regions();
        ImageBoxes boxes = image.content().get().boxes();
        images.boxes.add(boxes);
        bytesLeft -= regions.features().remaining();
        Optional<InvalidInputException> problem = boxes.problem();
        if (boxes.otherUnit() || problem.isPresent()) {
            images.wrong++;
        }
        if (problem.isPresent()) {
            images.badBoxes.add(image.imageId(), problem.get());
        } else if (index.size() > 0 && regions.width() != index.featureDim()) {
            damages.add(image.imageId(), otherWidth(regions));
        } else {
            add(regions, boxes);
        }
    }

    private void add(ImageRegions image, ImageBoxes boxes) {
        Optional<Place> earlier = index.place(image.imageId());
        if (earlier.isPresent()) {
            problems.add(
                    ProblemKind.IMAGE_TWICE,
                    image.place()
                            .invalid(
                                    "image " + image.imageId() + " stands already at " + earlier.get(),
                                    "Remove one of the two."));
            return;
        }
        index.add(image);
        // Nothing of an import with problems is kept.
        if (problems.isEmpty()) {
            sink.append(image.features(), boxes.fractions());
        }
    }

    private InvalidInputException otherWidth(ImageRegions image) {
        return image.place()
                .invalid(
                        "features are " + image.width() + " wide, expected " + index.featureDim()
                                + " as in the images before",
                        "Give features of one extractor only; this part of the file may be cut or damaged.");
    }

    /** What was found in one file so far. */
    private static final class FileImages {
        final BoxTally boxes;
        /** Apart from other damages until it is clear whether the whole file is in another unit or form. */
        final Damages badBoxes;

        long read;
        long wrong;

        FileImages(BoxTally boxes, Damages badBoxes) {
            this.boxes = boxes;
            this.badBoxes = badBoxes;
        }
    }
}
