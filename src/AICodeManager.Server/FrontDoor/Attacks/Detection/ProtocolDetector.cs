namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>Replaced when the detectors land.</summary>
internal static class ProtocolDetector
{
    public static Finding JudgeUserAgent(ReadOnlySpan<char> value) => default;
}
