namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that manifests write as an expression.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The expression, such as <c>{legacy-app.bindings.http.url}</c>.</summary>
    string ValueExpression { get; }
}
