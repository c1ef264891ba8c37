namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that can be both resolved and written into a manifest.</summary>
public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;
