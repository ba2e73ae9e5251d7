namespace AICodeManager.Server.Keeping.Telemetry.Snapshot;

/// <summary>The labels of one series, in the order that its instrument gives them.</summary>
internal sealed record SeriesKey(KeyValuePair<string, object?>[] Labels);

/// <summary>Finds a series by the labels of a measurement without making anything of them first.</summary>
internal sealed class SeriesComparer
    : IEqualityComparer<SeriesKey>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, SeriesKey>
{
    public static readonly SeriesComparer It = new();

    public bool Equals(SeriesKey? x, SeriesKey? y) => x is not null && y is not null && Equals(x.Labels, y);

    public int GetHashCode(SeriesKey obj) => GetHashCode(obj.Labels);

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, SeriesKey other)
    {
        if (alternate.Length != other.Labels.Length)
        {
            return false;
        }

        for (var i = 0; i < alternate.Length; i++)
        {
            if (alternate[i].Key != other.Labels[i].Key || !Equals(alternate[i].Value, other.Labels[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    // The names are the same for all series of an instrument, or nearly.
    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = new HashCode();
        foreach (var (_, value) in alternate)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public SeriesKey Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate.ToArray());
}
