using System.Diagnostics;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>One round trip to the database while it lasts: measured, and a span of the trace where somebody records one.</summary>
internal readonly partial struct Statement
{
    private readonly StorageMetrics? metrics;
    private readonly Activity? span;
    private readonly string operation;
    private readonly long began;

    private Statement(StorageMetrics metrics, string operation, string? sql)
    {
        (this.metrics, this.operation) = (metrics, operation);
        span = Tracing.Source.StartActivity("database", ActivityKind.Client);
        if (span is not null)
        {
            Describe(span, metrics.Kind, operation, sql);
        }

        began = Stopwatch.GetTimestamp();
    }

    /// <param name="metrics">Null where nobody counts.</param>
    public static Statement Of(StorageMetrics? metrics, string sql) => metrics is null ? default : new(metrics, OperationOf(sql), sql);

    /// <param name="operation"><c>connect</c> or <c>commit</c>.</param>
    public static Statement Named(StorageMetrics? metrics, string operation) => metrics is null ? default : new(metrics, operation, null);

    public void Ended(string outcome)
    {
        metrics?.Took(operation, outcome, Stopwatch.GetElapsedTime(began));
        span.End(outcome);
    }

    // The name tells which table, never which row: statements are texts of the code, their values are parameters.
    private static void Describe(Activity span, string kind, string operation, string? sql)
    {
        var table = sql is not null && FirstTable().Match(sql) is { Success: true } match ? match.Groups[1].Value : null;
        span.DisplayName = table is null ? operation : $"{operation} {table}";
        span.SetTag("db.system.name", kind).SetTag("db.operation.name", operation);
        if (table is not null)
        {
            span.SetTag("db.collection.name", table);
        }
    }

    internal static string OperationOf(ReadOnlySpan<char> sql) => sql.TrimStart() switch
    {
        ['S' or 's', 'E' or 'e', 'L' or 'l', ..] => "select",
        ['I' or 'i', 'N' or 'n', 'S' or 's', ..] => "insert",
        ['U' or 'u', 'P' or 'p', 'D' or 'd', ..] => "update",
        ['D' or 'd', 'E' or 'e', 'L' or 'l', ..] => "delete",
        _ => Labels.Other,
    };

    [GeneratedRegex(@"\b(?:FROM|INTO|UPDATE)\s+([a-z][a-z_]{0,40})\b", RegexOptions.CultureInvariant)]
    private static partial Regex FirstTable();
}
