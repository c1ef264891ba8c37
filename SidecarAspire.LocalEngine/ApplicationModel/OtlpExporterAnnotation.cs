namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a resource sends its telemetry to the dashboard.</summary>
public class OtlpExporterAnnotation : IResourceAnnotation;
