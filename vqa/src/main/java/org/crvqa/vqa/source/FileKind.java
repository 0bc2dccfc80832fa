package org.crvqa.vqa.source;

/** What a file is by its first bytes, and what to do about it where another kind is expected. */
public enum FileKind {
    /** Nothing, or nothing but white space. */
    EMPTY("empty", Remedy.WHOLE),
    /** A JSON object or list in UTF-8, with or without a byte order mark. */
    JSON("a JSON file", ""),
    /** Text in UTF-16 or UTF-32, with a byte order mark or recognised without. */
    WIDE_TEXT("text in UTF-16 or UTF-32", "Save it as UTF-8 text, such as with 'iconv -f UTF-16 -t UTF-8'."),
    /** Other text, of one byte or UTF-8. */
    TEXT("text", ""),
    /** What Git keeps in place of a file that Git LFS holds. */
    LFS_POINTER(
            "a Git LFS pointer, not the file itself",
            "Fetch the file itself: run 'git lfs pull' in the repository that it came from, or download it by hand."),
    /** What Git keeps in place of a file that git-annex holds. */
    ANNEX_POINTER(
            "a git-annex pointer, not the file itself",
            "Fetch the file itself: run 'git annex get' in the repository that it came from."),
    /** A page for browsers. */
    HTML(
            "an HTML page, such as a login or error page that was saved in place of a download",
            "Download the file again, in a browser if the address asks for a login or a confirmation, and look at its"
                    + " size."),
    /** Any other XML, such as what object storage answers instead of a file. */
    XML(
            "an XML document, such as the error that a server answered in place of a download",
            "Look into it; if it is an error, download the file again with an address that is valid and allowed."),
    /** Packed with gzip. */
    GZIP("packed with gzip", "Unpack it with 'gunzip'."),
    /** Packed with bzip2. */
    BZIP2("packed with bzip2", "Unpack it with 'bunzip2'; packed files may be gzip."),
    /** Packed with xz or lzma. */
    XZ("packed with xz", "Unpack it with 'unxz'; packed files may be gzip."),
    /** Packed with Zstandard. */
    ZSTD("packed with Zstandard", "Unpack it with 'unzstd'; packed files may be gzip."),
    /** Packed with LZ4. */
    LZ4("packed with LZ4", "Unpack it with 'unlz4'; packed files may be gzip."),
    /** Packed with compress. */
    COMPRESS("packed with compress", "Unpack it with 'uncompress'; packed files may be gzip."),
    /** A ZIP archive that is none of the kinds of file that are ZIP archives too. */
    ZIP("a ZIP archive", "Unpack it with 'unzip' and give the file that was in it."),
    /** A tape archive. */
    TAR("a tar archive", "Unpack it with 'tar -xf' and give the file that was in it."),
    /** A 7-Zip archive. */
    SEVEN_ZIP("a 7-Zip archive", "Unpack it with '7z x' and give the file that was in it."),
    /** A RAR archive. */
    RAR("a RAR archive", "Unpack it with 'unrar x' and give the file that was in it."),
    /** NumPy's archive of arrays. */
    NPZ("an npz archive of NumPy", "Write its arrays into a file of the expected kind; numpy.load reads it."),
    /** One array of NumPy. */
    NPY("a NumPy array (npy)", "Write the array into a file of the expected kind; numpy.load reads it."),
    /** What {@code torch.save} of PyTorch 1.6 and later writes. */
    TORCH(
            "a file of PyTorch (torch.save)",
            "Write its contents into a file of the expected kind; torch.load reads it."),
    /** A document of an office program. */
    OFFICE("a document of an office program", "Export it to a file of the expected kind."),
    /** A file of the Lightning Memory-Mapped Database, or the folder that holds one. */
    LMDB("an LMDB database", "Write its entries into a file of the expected kind; Python's lmdb reads it."),
    /** A hierarchical data format 5 file, MATLAB's since 7.3 included. */
    HDF5("an HDF5 file", "Write its datasets into a file of the expected kind; Python's h5py reads it."),
    /** MATLAB's file before 7.3. */
    MATLAB("a MATLAB file", "Write its variables into a file of the expected kind; scipy.io.loadmat reads it."),
    /** A pickle of Python. */
    PICKLE("a pickle of Python", "Write its contents into a file of the expected kind, where you trust the pickle."),
    /** Tensors in the format safetensors. */
    SAFETENSORS("a safetensors file", ""),
    /** An Apache Parquet file. */
    PARQUET("a Parquet file", "Write its rows into a file of the expected kind; pandas.read_parquet reads it."),
    /** An Apache Arrow or Feather file. */
    ARROW("an Arrow file", "Write its rows into a file of the expected kind; pandas.read_feather reads it."),
    /** An Apache Avro file. */
    AVRO("an Avro file", "Write its records into a file of the expected kind."),
    /** An SQLite database. */
    SQLITE("an SQLite database", "Write its rows into a file of the expected kind; 'sqlite3 -json' does."),
    /** A document in the portable document format. */
    PDF("a PDF document", ""),
    /** A picture. */
    PICTURE("a picture", "Images themselves are not read, only the features of their regions."),
    /** A program or library. */
    PROGRAM("a program or library", ""),
    /** A file for which room was made, but that was never written. */
    ZEROS(
            "nothing but zero bytes at its beginning, as a download that broke off",
            "Download the file again, and look at its size or digest."),
    /** None of the above, and not text. */
    BINARY("neither text nor of a kind that is known here", Remedy.WHOLE),
    /** A folder that is nothing else. */
    FOLDER("a folder", "Give the path of the file, not of the folder that holds it."),
    /** A pipe, a socket or a device. */
    SPECIAL(
            "a pipe or device, not a file",
            "Write it into a file first: it is read more than once, as with '<(zcat FILE)' it cannot be.");

    private final String what;
    private final String remedy;

    FileKind(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    /** The kind for messages, to follow "it is". */
    public String what() {
        return what;
    }

    /** What to do with such a file, as a sentence; empty where there is nothing but to give another. */
    public String remedy() {
        return remedy;
    }

    private static final class Remedy {
        static final String WHOLE = "Give the complete file as it was published.";
    }
}
