namespace AICodeManager.Server.Work.Sandbox;

/// <summary>What a walk has counted.</summary>
internal sealed class FolderSize
{
    /// <summary>Allocated bytes; a file with several names counts each time.</summary>
    public long Bytes { get; set; }

    /// <summary>Entries of every kind.</summary>
    public long Files { get; set; }

    /// <summary>The bound is passed, or cannot be checked; the counts are then what was seen until there.</summary>
    public bool Over { get; set; }
}
