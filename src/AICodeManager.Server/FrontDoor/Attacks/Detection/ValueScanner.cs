namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>Replaced when the detectors land.</summary>
internal static class ValueScanner
{
    /// <param name="byClass">Five slots, all default: gets the strongest finding of each class.</param>
    /// <returns>Whether there is any.</returns>
    public static bool Scan(ReadOnlySpan<char> value, FieldKind kind, Span<Finding> byClass) => false;
}
