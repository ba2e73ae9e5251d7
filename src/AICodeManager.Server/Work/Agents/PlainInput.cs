using System.Text.Json;

namespace AICodeManager.Server.Work.Agents;

/// <summary>Whether a tool's input can be stored, shown to a person and handed back exactly as it is.</summary>
public static class PlainInput
{
    /// <summary>Levels of nesting; events and answers around an input add some of their own.</summary>
    public const int MaxDepth = 24;

    /// <summary>False for deeper nesting, and for texts or names that hold half of a surrogate pair: no writer takes those.</summary>
    public static bool Holds(JsonElement input)
    {
        try
        {
            return Fits(input, MaxDepth);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Fits(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Object => levels > 0 && value.EnumerateObject().All(p => p.Name is not null && Fits(p.Value, levels - 1)),
        JsonValueKind.Array => levels > 0 && value.EnumerateArray().All(v => Fits(v, levels - 1)),
        JsonValueKind.String => value.GetString() is not null,
        _ => true,
    };
}
