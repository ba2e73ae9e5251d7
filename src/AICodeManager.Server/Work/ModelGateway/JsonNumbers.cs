using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

internal static class JsonNumbers
{
    /// <summary>False for anything but a whole number; the framework's own method throws where the value is no number.</summary>
    public static bool TryGetInt64Safely(this JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
    }
}
