namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>The part of a request that a value stood in.</summary>
public enum Part
{
    Path,
    Query,
    Header,
    Cookie,
    Body,
}
