namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Finds a model's price: by its exact name, or by the name without its release date (<c>-YYYYMMDD</c>).</summary>
/// <remarks>
/// The CLI's <c>[1m]</c> suffix never reaches the wire (it becomes a beta header), so a name that carries it is unknown like any other.
/// </remarks>
internal sealed class PriceList(IReadOnlyDictionary<string, ModelPrice> prices)
{
    private const int DateLength = 9;

    /// <summary>All names, for error texts.</summary>
    public string Names { get; } = string.Join(", ", prices.Keys.Order(StringComparer.Ordinal).Take(40));

    /// <summary>The price, and the name it stands under: one of few, whatever date was asked for.</summary>
    public (string Name, ModelPrice Price)? Find(string model)
    {
        if (prices.TryGetValue(model, out var price))
            return (model, price);
        var name = WithoutDate(model);
        return prices.TryGetValue(name, out price) ? (name, price) : null;
    }

    private static string WithoutDate(string model) =>
        model.Length > DateLength && model[^DateLength] == '-' && model.AsSpan()[^(DateLength - 1)..].IndexOfAnyExceptInRange('0', '9') < 0
            ? model[..^DateLength]
            : model;
}
