namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>One piece of a value read as SQL.</summary>
/// <param name="At">Where its text begins, without an opening quote.</param>
/// <param name="Length">Of the text, without quotes.</param>
/// <param name="Apart">A comment stood before it where nobody but an evader needs one.</param>
internal readonly record struct SqlToken(SqlKind Kind, SqlWord Word, int At, int Length, bool Apart);
