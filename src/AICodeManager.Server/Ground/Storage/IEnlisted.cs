namespace AICodeManager.Server.Ground.Storage;

/// <summary>How a transaction ended.</summary>
public enum TransactionEnd
{
    /// <summary>Committed, and the database has said so.</summary>
    Kept,

    /// <summary>Rolled back, and the database has said so.</summary>
    Undone,

    /// <summary>Nobody knows: the connection broke while the end was asked for.</summary>
    Unknown,
}

/// <summary>What has its part in the end of a transaction: it does its last work in it and is told what became of it.</summary>
public interface IEnlisted
{
    /// <summary>The last work of the transaction, after everything else and right before the commit. What it throws undoes all.</summary>
    Task PrepareAsync(Transaction transaction);

    /// <summary>Called once, whether or not it was prepared. Must neither throw nor wait.</summary>
    void Ended(TransactionEnd end);
}
