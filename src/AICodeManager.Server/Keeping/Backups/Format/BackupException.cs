namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>What is wrong with a backup. The words are those of the audit and of the API.</summary>
public enum BackupDamage
{
    /// <summary>The file is something else.</summary>
    NotABackup,

    /// <summary>A later server wrote it: its format or its schema is not known here.</summary>
    Newer,

    /// <summary>No configured key made it.</summary>
    WrongKey,

    /// <summary>The readable head of the file was changed.</summary>
    HeaderAltered,

    /// <summary>A part of the content was changed.</summary>
    Altered,

    /// <summary>The file ends too early.</summary>
    CutOff,

    /// <summary>A part is missing, repeated or in another place.</summary>
    Reordered,

    /// <summary>Something follows the end.</summary>
    Appended,

    /// <summary>Every part is genuine, but counts or hashes do not fit: the writer or its memory was at fault.</summary>
    Inconsistent,
}

/// <summary>A backup cannot be read. The message says what is wrong and where; never content.</summary>
public sealed class BackupException(BackupDamage damage, string message) : IOException(message)
{
    public BackupDamage Damage { get; } = damage;

    /// <summary>The damage as a word, such as <c>cut_off</c>.</summary>
    public string Word => WordOf(Damage);

    public static string WordOf(BackupDamage damage) => damage switch
    {
        BackupDamage.NotABackup => "not_a_backup",
        BackupDamage.Newer => "newer",
        BackupDamage.WrongKey => "wrong_key",
        BackupDamage.HeaderAltered => "header_altered",
        BackupDamage.Altered => "altered",
        BackupDamage.CutOff => "cut_off",
        BackupDamage.Reordered => "reordered",
        BackupDamage.Appended => "appended",
        _ => "inconsistent",
    };
}
