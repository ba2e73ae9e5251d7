namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>Names of tables and columns within statements. They come from the live schema or from a genuine backup, and are quoted all the same.</summary>
internal static class SqlName
{
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
