using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;

namespace AICodeManager.Bench.Detection;

/// <summary>
/// What the fields of the corpora's imagined application carry. As in the product, an exemption belongs to a field of one
/// endpoint: the same name at the sign-in is text.
/// </summary>
internal static class DemoFields
{
    private static readonly FieldKinds Files = new([new("path", FieldKind.Path), new("content", FieldKind.Code)]);
    private static readonly FieldKinds Messages = new([new("content", FieldKind.Code)]);
    private static readonly FieldKinds Terminal = new([new("input", FieldKind.Code)]);

    public static FieldKinds Of(string path) => path.Split('/') switch
    {
        ["", "api", "projects", _, "files"] => Files,
        ["", "api", "sessions", _, "messages"] => Messages,
        ["", "api", "sessions", _, "terminal"] => Terminal,
        _ => FieldKinds.None,
    };
}
