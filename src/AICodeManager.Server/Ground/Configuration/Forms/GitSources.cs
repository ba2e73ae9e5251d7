using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Places that projects may be cloned from.</summary>
internal static class GitSources
{
    public static readonly Form<GitSource> Source = new(
        "an https:// URL without user name, '%', '..', query and fragment, or an absolute folder", text =>
            GitSource.Parse(text) is { } source ? Outcome.Of(source) : Outcome.Wrong<GitSource>("is not such a place"));
}
